"""push_dulwich.py REPOSITORY URL REF: pushes with dulwich, and prints what its user is shown."""
import io
import sys

from dulwich import porcelain

repository, url, ref = sys.argv[1:]
out = io.BytesIO()
refused = False
try:
    porcelain.push(repository, url, [ref], outstream=out, errstream=out)
except Exception as problem:  # whatever it is, it is what its user is shown
    out.write(f"{type(problem).__name__}: {problem}\n".encode())
    refused = True
sys.stdout.buffer.write(out.getvalue())
# A ref that was refused is no exception to dulwich, only a line.
sys.exit(refused or b"\nPush of ref " in out.getvalue())
