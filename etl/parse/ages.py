"""Age groups have one form, however they are written."""

import re

from etl.parse.texts import fold, words


def age_band(text: str) -> str:
    """Return an age group in the usual form (`18-29`, `65+`), empty where the text is none."""
    clean = f" {fold(text).replace('_', ' ')} "
    if match := re.fullmatch(r" y(\d+)t(\d+) ", clean):  # SDMX; M would be months
        return f"{int(match[1])}-{int(match[2])}"
    if match := re.fullmatch(r" y ge(\d+) ", clean):
        return f"{int(match[1])}+"
    for section, sign in (("over", "+"), ("years", " ")):
        for word in sorted((w for w, key in words("ages").items() if key == section), key=len)[
            ::-1
        ]:
            edge = r"(?<!\w)" if word[0].isalpha() else ""
            clean = re.sub(
                edge + re.escape(word) + (r"(?!\w)" if word[-1].isalpha() else ""), sign, clean
            )
    clean = "".join(clean.split())
    if match := re.fullmatch(r"(\d{1,3})(?:-|to|a|εως|الى|до|по)(\d{1,3})", clean):
        return f"{int(match[1])}-{int(match[2])}" if int(match[1]) < int(match[2]) else ""
    if match := re.fullmatch(r"\+?(\d{1,3})\+?", clean):
        return f"{int(match[1])}+" if "+" in clean else ""
    return ""
