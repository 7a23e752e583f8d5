# The workshop's recipes. `just` alone lists them. Each works on a fresh machine that has uv.

default:
    @just --list

# Run the whole test suite, as CI does
test *ARGS:
    uv run pytest {{ARGS}}

# Measure: ratios side by side in one run
bench *ARGS:
    uv run pytest tests/benchmarks -m benchmark -s -p no:randomly {{ARGS}}

# Check style
lint:
    uv run ruff check .
    uv run ruff format --check .

# Mend style
fix:
    uv run ruff check --fix .
    uv run ruff format .

# Check types
types:
    uv run pyright

# Check the direction of imports
imports:
    uv run lint-imports

# Count the files and the floors of imports of each folder
floors *FOLDERS:
    uv run python .ci/floors.py {{FOLDERS}}

# Everything that CI does
ci:
    bash .ci/run

# Attack the API with many made-up requests, each time others
fuzz EXAMPLES="100":
    PHONEFLEET_FUZZ_EXAMPLES={{EXAMPLES}} uv run pytest tests/fuzz -s --timeout 0

# Show it at work on virtual phones
demo *ARGS:
    uv run phonefleet demo {{ARGS}}

# Run other people's suites and libraries against virtual phones
peers *ARGS:
    uv run python -m tests.peers.run {{ARGS}}

# Test with branch coverage
coverage:
    uv run pytest --cov --cov-report=term-missing:skip-covered

# Bring the catalogues of other languages in step with the texts of the source; `just words check` says what is missing
words COMMAND="extract":
    uv run python .ci/words.py {{COMMAND}}

# Pin the exact versions of everything below our direct dependencies
pin:
    uv run python .ci/pin.py

# Write docs/api.md, docs/scripts.md, and the types of client and page from what code says of itself
docs:
    uv run python .ci/document.py

# Take the pictures of docs/pictures anew, all or those named, with the Chromium of this machine
pictures *NAMES:
    uv run python docs/pictures/take.py {{NAMES}}

# Look up known vulnerabilities of what we depend on (needs a network that has the advisories)
audit:
    uv pip freeze --exclude-editable | uvx pip-audit --requirement /dev/stdin --no-deps --disable-pip

# Test with the Chromium of this machine what pages of other sites get, and what a person sees
browser *ARGS:
    uv run pytest tests/security/test_browsers.py -m browser {{ARGS}}
