"""The server's own key, with which it signs and seals."""

import secrets

from dashboard import settings
from schemas import database


def server_key() -> str:
    """Return the key of the server: the setting, else a random one that this machine keeps.

    SettingError without one where others than this machine are served.
    """
    known = settings.read()
    if known.secret_key:
        return known.secret_key
    if not known.is_local:
        raise settings.SettingError(
            "A server that others reach needs MEDTOWN_SECRET_KEY: a long random text, the same for"
            " all of its processes."
        )
    kept = database.home() / "secret_key"
    if not kept.exists():
        draft = kept.with_name(f"secret_key.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32), encoding="ascii")
        try:
            kept.hardlink_to(draft)  # the first of several processes wins, and none reads half
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return kept.read_text(encoding="ascii")
