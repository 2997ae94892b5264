"""The platform's traffic: ``locust -f`` this file.

``WebsiteUser`` is the platform's reference user and stays exactly as it is: three dashboards for each report, one to
five seconds apart; it has no more than a session, so it is a guest. ``SimulatedMember`` and ``Coach`` say who they are
and call the other endpoints: one member for every ten of the reference users, and one coach for every two members.
"""

import random
from http import HTTPStatus
from itertools import count
from typing import Any

import locust
from locust import between, task

_COMES_ANEW = 0.1
"""The share of requests after which a user opens a new connection: most users have within half a minute."""


class HttpUser(locust.HttpUser):
    """Comes over a new connection now and then: else a replica that was away for a moment would have no users ever."""

    abstract = True

    def context(self) -> dict[str, object]:
        """What listeners learn of each request."""
        return {"user": self}


def _come_anew(context: dict[str, Any], **_: object) -> None:
    if random.random() < _COMES_ANEW:  # noqa: S311 - it picks who comes anew, and no secret
        context["user"].client.close()


locust.events.request.add_listener(_come_anew)  # type: ignore[no-untyped-call]


class WebsiteUser(HttpUser):
    """Looks at the dashboard three times as often as it asks for a report."""

    wait_time = between(1, 5)

    @task(3)
    def view_dashboard(self) -> None:
        """Look at the dashboard."""
        self.client.get("/api/dashboard")

    @task(1)
    def generate_report(self) -> None:
        """Ask for a report."""
        self.client.post("/api/reports/generate", json={"user_id": "test_user", "report_type": "wellness_summary"})


_numbers = count(1)


class SimulatedMember(HttpUser):
    """Records days, looks at trends, and reads the reports that it asked for."""

    weight = 0.1
    wait_time = between(1, 5)

    def on_start(self) -> None:
        """Say who this is."""
        self.client.headers["X-User-Id"] = f"member-{next(_numbers) % 11 + 1:02}"

    @task(3)
    def view_trends(self) -> None:
        """Look at four weeks of trends."""
        self.client.get("/api/users/member-01/trends?days=28", name="/api/users/{user_id}/trends")

    @task(2)
    def record_day(self) -> None:
        """Record today."""
        day = {"sleep_hours": 7.5, "steps": 9000, "mood": 4, "stress": 2, "resting_heart_rate": 62}
        self.client.post("/api/check-ins", json=day)

    @task(1)
    def read_report(self) -> None:
        """Ask for a report and come back for it."""
        wanted = {"user_id": "member-02", "report_type": "sleep_quality"}
        with self.client.post("/api/reports/generate", json=wanted, catch_response=True) as answer:
            if answer.status_code != HTTPStatus.ACCEPTED:
                answer.failure(answer.error or f"status {answer.status_code}")
                return
            location = answer.json()["location"]
        self.wait()  # type: ignore[no-untyped-call]
        self.client.get(location, name="/api/reports/{report_id}")


class Coach(HttpUser):
    """Looks at the trends of the members whom it looks after."""

    weight = 0.05
    wait_time = between(1, 5)

    def on_start(self) -> None:
        """Say who this is."""
        self.client.headers["X-User-Id"] = f"coach-{next(_numbers)}"

    @task
    def view_trends(self) -> None:
        """Look at twelve weeks of a member's trends."""
        self.client.get("/api/users/member-03/trends?days=84", name="/api/users/{user_id}/trends")
