"""What whoever runs the server looks at: the log, failures, health and metrics."""
