"""A short record as one of any length: its samples again and again."""

from pathlib import Path

#: Length of the piece that is repeated, in s.
PIECE_S = 1800.0


def repeat_piece(piece: Path, name: str, hours: float) -> Path:
    """Write a record that is the piece again and again, so many hours long."""
    times = round(hours * 3600 / PIECE_S)
    stored = piece.with_suffix(".dat").read_bytes()
    with piece.with_name(f"{name}.dat").open("wb") as file:
        for _ in range(times):
            file.write(stored)
    first, *leads = piece.with_suffix(".hea").read_text().splitlines()
    words = first.split()
    lines = [" ".join([name, *words[1:3], str(int(words[3]) * times)])]
    for lead in leads:
        parts = lead.replace("piece.dat", f"{name}.dat").split()
        total = (int(parts[6]) * times + 0x8000) % 0x10000 - 0x8000
        lines.append(" ".join([*parts[:6], str(total), *parts[7:]]))
    path = piece.with_name(name)
    path.with_suffix(".hea").write_text("\n".join(lines) + "\n")
    return path
