"""The shared language of the project and its arithmetic; imports nothing else of ours."""
