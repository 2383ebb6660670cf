"""The command line: what goes to standard output, what to stderr, and the exit codes."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from lingua_integrations import PromptCompressor
from lingua_integrations.cli.app import app
from lingua_integrations.core.methods import configuration
from lingua_integrations.core.models.devices import checked_device, checked_dtype

TEXT = "The cat sat on the mat, and in 1969 it ran from the house to the garden.\n"


def run(*args, stdin=b""):
    """A real process: exit code, standard output as bytes, stderr as text."""
    command = [sys.executable, "-m", "lingua_integrations", *args]
    done = subprocess.run(command, input=stdin, capture_output=True)
    return done.returncode, done.stdout, done.stderr.decode()


def here(*args, stdin=b""):
    """The same in this process, which has its imports and models already."""
    done = CliRunner().invoke(app, args, input=stdin)
    return done.exit_code, done.stdout_bytes, done.stderr


@pytest.fixture
def cli(tiny_scorer, monkeypatch):
    """The application in this process, on the tiny model where a causal one is asked."""

    def build(model, config=None, *, device=None, dtype=None, counter="o200k_base"):
        checked_dtype(dtype or "float32")
        checked_device(device)
        scorer = tiny_scorer if configuration(config).causal else None
        return PromptCompressor(scorer, config, counter=counter)

    monkeypatch.setattr(PromptCompressor, "from_pretrained", build)
    runner = CliRunner()
    return lambda *args, **more: runner.invoke(app, args, **more)


def test_text_goes_to_stdout_and_nothing_else(cli, tmp_path):
    """Several files are several contexts, separated by a blank line."""
    files = [tmp_path / "a.txt", tmp_path / "b.txt"]
    for file in files:
        file.write_text(TEXT)
    done = cli("compress", "-m", "rag", *map(str, files), "--rate", "0.6")
    assert done.exit_code == 0
    assert done.stderr == ""
    pieces = done.stdout.strip("\n").split("\n\n")
    assert 1 <= len(pieces) <= 2
    assert all(word.strip(",.") in TEXT for piece in pieces for word in piece.split())


def test_stdin(cli):
    """Without files, or with -, it reads what is piped in."""
    piped = cli("compress", "-m", "rag", "--rate", "0.5", input=TEXT).stdout
    assert piped == cli("compress", "-", "-m", "rag", "--rate", "0.5", input=TEXT).stdout
    assert piped.strip()


def test_json(cli):
    """--json prints the whole result."""
    plain = json.loads(cli("compress", "-m", "rag", "--rate", "0.5", "--json", input=TEXT).stdout)
    assert plain["tokens_after"] <= plain["budget"] == plain["tokens_before"] // 2
    assert plain["contexts"][0]["original"] == TEXT


def test_stats_go_to_stderr(cli):
    """The table does not get into the pipe."""
    command = ("compress", "-m", "rag", "--rate", "0.5")
    with_stats = cli(*command, "--stats", input=TEXT)
    assert with_stats.stdout == cli(*command, input=TEXT).stdout
    assert "tokens before" in with_stats.stderr


def test_html_escapes(cli, tmp_path):
    """A page with what went struck out; hostile text stays text."""
    page = tmp_path / "page.html"
    text = "<script>alert(1)</script> " + TEXT
    done = cli("compress", "-m", "rag", "--rate", "0.5", "--html", str(page), input=text)
    assert done.exit_code == 0
    html = page.read_text()
    assert html.startswith("<!doctype html>")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "<del>" in html


def test_whole_prompt(cli):
    """Bounding the whole prompt, the output is the whole prompt."""
    done = cli(
        "compress",
        "-m",
        "llmlingua",
        "--whole-prompt",
        "-i",
        "Read this.",
        "-q",
        "Where?",
        "--rate",
        "0.9",
        input=TEXT * 5,
    )
    assert done.exit_code == 0
    assert done.stdout.startswith("Read")


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["--rate", "2"], 2, "rate must be in (0, 1]"),
        (["--rate", "20"], 2, "For 20%, give 0.2."),
        (["-q", "", "-m", "extractive-bm25"], 2, "This method needs a question. Give one,"),
        (["--rate", "0.5", "--target-tokens", "5"], 2, "either rate or target_tokens"),
        (["--counter", "o300k"], 2, "o200k_base"),
        (["--counter", "claude-sonnet-4"], 2, "PromptCompressor(counter=...) takes a tokenizer"),
        (["--dtype", "float3"], 2, "dtype must be one of"),
        (["--target-tokens", "x"], 2, "--target-tokens"),
        (["--ratio", "0.5"], 2, "--ratio must be at least 1"),
        (["--ratio", "4", "--rate", "0.5"], 2, "one of --rate, --ratio and --target-tokens"),
        (["--device", "gpu"], 2, "no device 'gpu'"),
        (["-m", "bm25"], 2, "Did you mean 'extractive-bm25'?"),
        (["no-such-file.txt"], 2, "no-such-file.txt"),
    ],
)
def test_exit_codes(cli, args, code, said):
    """1 for what could not be done, 2 for wrong usage; one line says why."""
    done = cli("compress", *args, input=TEXT, env={"COLUMNS": "200", "TERM": "dumb"})
    assert done.exit_code == code
    assert said in done.stderr
    assert done.stdout == ""


def test_a_budget_too_small_has_its_own_code(cli):
    """3, so that a script can try again with more."""
    for method in ((), ("-m", "rag")):
        text = "antidisestablishmentarianism-internationalization"
        done = cli("compress", *method, "--target-tokens", "1", input=text)
        assert done.exit_code == 3
        assert "smallest that works" in done.stderr


def test_bytes_survive_and_nothing_is_asked_of_the_model():
    """A text that fits comes back byte for byte, bytes that are no UTF-8 included, without any model."""
    command = ("compress", "-m", "rag", "--rate", "1", "--model", "no-such-model")
    code, out, err = run(*command, stdin=b"caf\xe9 \xff\n")
    assert (code, out, err) == (0, b"caf\xe9 \xff\n", "")


def test_an_unknown_model_is_one_line():
    """No traceback."""
    code, out, err = run("compress", "-m", "rag", "--rate", "0.5", "--model", "smolm2", stdin=TEXT.encode())
    assert (code, out) == (1, b"")
    assert err.startswith("lingua: No model is called 'smolm2'. Did you mean 'smollm2-135m-q4_1'?")
    assert "Traceback" not in err


def test_a_model_for_several_methods():
    """A causal model may be for several: one is to be named."""
    code, out, err = here("compress", "--rate", "0.5", "--model", "smollm2-135m-q4_1", stdin=TEXT.encode())
    assert (code, out) == (2, b"")
    assert "one of rag, longllmlingua, llmlingua" in err


def test_whole_sentences_by_default():
    """Without a question those that say most, without any model: the method salience."""
    text = b"Cats sleep. Cats and dogs sleep all day long. It rained. Dogs bark."
    code, out, err = run("compress", "--target-tokens", "10", stdin=text)
    assert (code, err) == (0, "")
    assert (code, out, err) == here("compress", "-m", "salience", "--target-tokens", "10", stdin=text)
    kept = out.decode().strip()
    assert kept and all(one.strip() + "." in text.decode() for one in kept.split(".") if one.strip())


def test_relevance_instead_of_a_rate(tmp_path):
    """What is not likely to be evidence goes; a number of tokens is a ceiling; two floors contradict."""
    file = tmp_path / "notes.txt"
    file.write_text("Dogs bark. The cat sat on the mat. It rained all day long. Birds sing in May.")
    command = ["compress", str(file), "-q", "Where is the cat?", "-m", "extractive-bm25"]

    def shown(*options):
        done = CliRunner().invoke(app, [*command, *options])
        return done.exit_code, done.stdout

    best = (0, "The cat sat on the mat.\n")
    assert shown("--keep-answer", "0.5") == best
    assert shown("--keep-answer", "0.99", "--target-tokens", "8") == best
    assert shown("--min-relevance", "0.01") == best
    code, much = shown("--keep-answer", "0.999")
    assert (code, len(much) > len(best[1])) == (0, True)
    for wrong in (
        ["--keep-answer", "0.9", "--min-relevance", "0.1"],
        ["--keep-answer", "1.5"],
        ["--min-relevance", "0"],
    ):
        assert shown(*wrong)[0] == 2


@pytest.mark.model
def test_extractive_fusion_by_default():
    text = b"Dogs bark. The cat did sit on the mat. It rained all day long."
    command = ("compress", "-q", "Where did the cat sit?", "--target-tokens", "9")
    code, out, err = run(*command, stdin=text)
    assert (code, out, err) == (0, b"The cat did sit on the mat.\n", "")
    assert (code, out, err) == here(*command, "-m", "extractive-fusion", stdin=text)


@pytest.mark.parametrize("package", ["typer", "rich"])
def test_without_its_packages(package):
    """One line that says what to install, by the script as by `python -m`."""
    line = f"lingua: {package} is not installed. Install it with: pip install 'lingua-integrations[cli]'\n"
    hidden = f"import sys; sys.modules[{package!r}] = None; "
    for start in (
        "from lingua_integrations.cli import main; main()",
        "import runpy; runpy.run_module('lingua_integrations', run_name='__main__')",
    ):
        done = subprocess.run([sys.executable, "-c", hidden + start], capture_output=True, text=True)
        assert (done.returncode, done.stdout, done.stderr) == (1, "", line)


def test_a_closed_pipe_is_no_error():
    """`lingua ... | head` ends quietly."""
    command = f"{sys.executable} -m lingua_integrations compress --rate 1 | head -c 10"
    text = b"word " * 200_000
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], input=text, capture_output=True)
    assert done.stdout == b"word word "
    assert b"Traceback" not in done.stderr


def test_help_and_version():
    """Help names the exit codes; the version is the package's."""
    assert b"3 the budget is too small" in b" ".join(run("compress", "--help")[1].split())
    assert here("--version")[1].startswith(b"lingua-integrations ")


def test_help_names_the_default_method(cli):
    said = cli("compress", "--help", env={"COLUMNS": "300"}).stdout
    assert "Default: extractive-fusion, and salience without a question" in said
    assert "int8" not in said


def test_models(monkeypatch, tmp_path):
    """list shows, path fails clearly, verify and remove say what they found."""
    monkeypatch.setenv("LINGUA_HOME", str(tmp_path))
    assert b"smollm2-135m-q4_1" in run("models", "list")[1]
    code, out, err = here("models", "path", "smollm2-135m-q4_1")
    assert (code, out) == (1, b"")
    assert "lingua models pull smollm2-135m-q4_1" in err
    assert here("models", "verify", "smollm2-135m-q4_1")[0] == 1
    assert "was not there" in here("models", "remove", "--yes", "smollm2-135m-q4_1")[2]
    assert "Did you mean" in here("models", "pull", "smolm2")[2]


def test_methods_are_listed(cli):
    """Every method with its paper and what it needs, on one screen."""
    from lingua_integrations.core.methods import METHODS

    done = cli("methods", env={"COLUMNS": "200"})
    assert done.exit_code == 0
    for method in METHODS.values():
        assert method.name in done.stdout
        assert method.needs.split(";")[0].split("(")[0].strip() in done.stdout


def test_a_method_by_name():
    """Extraction by BM25 needs no model at all."""
    code, out, err = here(
        *("compress", "-m", "extractive-bm25", "-q", "Where did the cat sit?", "--target-tokens", "9"),
        stdin=b"Dogs bark. The cat did sit on the mat. It rained all day long.",
    )
    assert (code, err) == (0, "")
    assert out == b"The cat did sit on the mat.\n"


def test_an_unknown_method(cli):
    done = cli("compress", "-m", "extractiv", "--rate", "0.5", input=TEXT)
    assert done.exit_code == 2
    assert "'extractive'" in done.stderr


def test_source_code_keeps_its_lines(tmp_path):
    """A file with a suffix of source code is cut by lines."""
    file = tmp_path / "a.py"
    file.write_text("def cat():\n    return 'cat'\n\ndef dog():\n    return 'dog'\n")
    code, out, _ = here("compress", "-m", "extractive-bm25", "-q", "cat", "--rate", "0.5", str(file))
    assert code == 0
    assert set(out.decode().rstrip().split("\n")) <= set(file.read_text().split("\n"))


SENTENCES = "Dogs bark. The cat did sit on the mat. It rained all day long."
BM25 = ("-m", "extractive-bm25", "-q", "Where did the cat sit?")


def test_a_ratio_is_a_rate(cli):
    two = cli("compress", *BM25, "--ratio", "2", input=SENTENCES)
    assert two.stdout == cli("compress", *BM25, "--rate", "0.5", input=SENTENCES).stdout


def test_what_is_wrong_is_said_before_anything_is_read(cli, monkeypatch):
    """Nobody types a text in to learn that the rate is wrong."""
    monkeypatch.setattr("lingua_integrations.cli.compress.read", lambda file: pytest.fail("it was read"))
    assert cli("compress", "--rate", "5", input=SENTENCES).exit_code == 2
    assert cli("compress", "-m", "no-such-method", input=SENTENCES).exit_code == 2


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings(cli, tmp_path, encoding):
    """Told by their mark, or by their zeros."""
    file = tmp_path / "a.txt"
    file.write_bytes(SENTENCES.encode(encoding))
    done = cli("compress", *BM25, "--target-tokens", "9", str(file))
    assert (done.exit_code, done.stdout) == (0, "The cat did sit on the mat.\n")


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\0\0", b"\xff\xfe\x00\xd8\x00", bytes(range(256)), b"\x1f\x8b\x08\0abc"]
)
def test_what_is_no_text_is_refused(cli, tmp_path, data):
    file = tmp_path / "a.bin"
    file.write_bytes(data)
    done = cli("compress", str(file), "--rate", "0.5", env={"COLUMNS": "200"})
    assert (done.exit_code, done.stdout) == (2, "")
    assert "not a text file" in done.stderr


def test_an_empty_file_is_named(cli, tmp_path):
    (tmp_path / "none.txt").touch()
    done = cli("compress", str(tmp_path / "none.txt"), "--rate", "0.5")
    assert done.exit_code == 0
    assert "none.txt is empty" in done.stderr


@pytest.mark.parametrize("name", ["[/oops].md", "[bold]x", "\x1b]0;owned\x07.md", "\u202egnp.exe", "a\rb"])
def test_names_of_files_are_shown_and_not_obeyed(cli, tmp_path, name):
    """In tables, in errors, in notes."""
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(SENTENCES)
    done = cli("compress", *BM25, str(file), "--rate", "0.5", "--stats", env={"COLUMNS": "300"})
    assert done.exit_code == 0, done.stderr
    missing = cli("compress", *BM25, str(file) + "x", "--rate", "0.5", env={"COLUMNS": "300"})
    for shown in (done.stderr, missing.stderr):
        assert not {"\x1b", "\x07", "\u202e", "\r"} & set(shown.replace("\x1b[", ""))
    if name.isprintable():
        assert name in done.stderr


def test_on_a_terminal_a_text_has_no_power(monkeypatch, capfdbinary):
    """Piped, it comes out byte for byte."""
    from lingua_integrations.cli import terminal

    terminal.write("a\x1b[31mb\u202e")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    terminal.write("a\x1b[31mb\u202e")
    assert capfdbinary.readouterr().out == b"a\x1b[31mb\xe2\x80\xae\na\\x1b[31mb\\u202e\n"


def test_the_view_shows_the_whole_text(cli):
    """--view prints what was left out as well, folded; standard output has nothing else."""
    noise = "Dogs bark at night.\nIt rained in the town.\nNobody went out.\n" * 3
    command = ("compress", "-m", "extractive-bm25", "-q", "Where did the cat sit?", "--target-tokens", "12")
    done = cli(*command, "--view", input=noise + "The cat sat on the mat.\n")
    assert done.exit_code == 0
    assert "… 9 lines left out\nThe cat sat on the mat." in done.stdout
    assert done.stderr == ""
