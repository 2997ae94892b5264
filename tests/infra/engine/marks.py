"""What marks a test that runs the engine."""

import pytest

LEFT_BY_THE_SDK = [
    # The SDK leaves its event loop and coroutine behind when an update fails; `engine` collects them within the test.
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning"),
]
ENGINE = [pytest.mark.engine, *LEFT_BY_THE_SDK]
