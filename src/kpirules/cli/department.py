"""A made-up after-sales department for the demo: its staff, three months of tickets, and what people fill in.

Everything follows from the seed alone. The files look as a ticket system exports them: titles of their own, cells
left blank, `-` for what has not happened; `kpirules.toml` says what is what. Scores nothing.
"""

from __future__ import annotations

import csv
import math
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

_RULESETS = Path(__file__).resolve().parents[1] / "rulesets"
_FIRST, _LAST = date(2026, 1, 1), date(2026, 3, 31)
_PERIODS = ("2026-01", "2026-02", "2026-03")
_QUARTERS = ("2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1")
_TICKETS = 3000
#: Nearly everybody is at home for the Spring Festival.
_FESTIVAL = (date(2026, 2, 15), date(2026, 2, 23))
_TEAMS = ("hotline", "repair", "online", "key accounts")
_CHANNELS = {"hotline": "phone", "repair": "on site", "online": "chat", "key accounts": "e-mail"}
_NAMES = (
    "王芳 wang.fang|李伟 li.wei|张敏 zhang.min|刘洋 liu.yang|陈静 chen.jing|杨帆 yang.fan|赵磊 zhao.lei|黄婷 huang.ting|"
    "周杰 zhou.jie|吴霞 wu.xia|徐强 xu.qiang|孙丽 sun.li|胡军 hu.jun|朱琳 zhu.lin|高翔 gao.xiang|林娜 lin.na|"
    "何平 he.ping|郭鹏 guo.peng|马超 ma.chao|罗丹 luo.dan|梁雪 liang.xue|宋涛 song.tao|郑爽 zheng.shuang|谢宁 xie.ning"
)

_PROJECT = """\
# What the files of this department are to the policy.
[project]
ruleset = "service_staff.kpi"

[inputs]
path = "monthly.csv"

[data.tickets]
path = "tickets.csv"
id = "Ticket"
missing = ["-"]

[data.tickets.columns]
staff = "Agent"
opened = "Created"
first_reply = "First response"
closed = "Resolved"
survey = "Survey"
handling_survey = "Handling survey"
complained = "Complaint"
"""


@dataclass(frozen=True, slots=True)
class Department:
    """Where the files are. project: binds `tickets` and `monthly` to service_staff; `managers` holds the inputs of
    after_sales_manager by quarter; `staff` describes everybody, for policies of one's own. rulesets: by id."""

    folder: Path
    project: Path
    tickets: Path
    monthly: Path
    staff: Path
    managers: Path
    rulesets: dict[str, Path]


def write_department(folder: Path, seed: int = 7) -> Department:
    """Write the department's files into the folder (made if need be). The same seed gives the same files."""
    folder.mkdir(parents=True, exist_ok=True)
    random = Random(seed)
    people = _people(random)
    agents = [one for one in people if one.post == "agent"]
    rulesets = {
        name: Path(shutil.copyfile(_RULESETS / f"{name}.kpi", folder / f"{name}.kpi"))
        for name in ("service_staff", "after_sales_manager")
    }
    project = folder / "kpirules.toml"
    project.write_text(_PROJECT, encoding="utf-8")
    return Department(
        folder=folder,
        project=project,
        tickets=_write(folder / "tickets.csv", _TICKET_TITLES, _tickets(random, agents)),
        monthly=_write(folder / "monthly.csv", _MONTHLY_TITLES, _monthly(random, agents)),
        staff=_write(folder / "staff.csv", _STAFF_TITLES, (_staff_row(one) for one in people)),
        managers=_write(
            folder / "managers.csv",
            _MANAGER_TITLES,
            (
                _manager_row(random, one, quarter)
                for quarter in _QUARTERS
                for one in people
                if one.post == "manager"
            ),
        ),
        rulesets=rulesets,
    )


def _write(path: Path, titles: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(titles)
        writer.writerows(rows)
    return path


# Staff

_STAFF_TITLES = ("staff", "name", "team", "post", "hired", "on_probation")


@dataclass(frozen=True, slots=True)
class _Person:
    """One of the staff. The better, the more: `skill` (0 to 1) and `care`; `pace` stretches times, 1 is usual."""

    login: str
    name: str
    team: str
    post: str
    hired: date
    skill: float
    care: float
    pace: float


def _people(random: Random) -> list[_Person]:
    """The staff: team by team, the first of each is its manager, the last of all came in February."""
    people = []
    for place, written in enumerate(_NAMES.split("|")):
        name, login = written.split()
        hired = date(random.randrange(2015, 2025), random.randrange(1, 13), random.randrange(1, 29))
        new = place == 23
        people.append(
            _Person(
                login,
                name,
                _TEAMS[place // 6],
                "manager" if place % 6 == 0 else "agent",
                date(2026, 2, 2) if new else hired,
                0.5 if new else random.uniform(0.55, 1.0),
                random.uniform(0.45, 1.0),
                1.6 if new else random.uniform(0.6, 1.4),
            )
        )
    return people


def _staff_row(one: _Person) -> tuple[object, ...]:
    on_probation = "yes" if one.hired >= date(2025, 12, 1) else "no"
    return one.login, one.name, one.team, one.post, one.hired.isoformat(), on_probation


# Tickets

_TICKET_TITLES = (
    *("Ticket", "Agent", "Kind", "Channel", "Created", "First response", "Resolved", "Contacts", "Reopened"),
    *("Survey", "Handling survey", "Complaint"),
)
_KINDS = {"question": 0.25, "set-up": 0.8, "cleaning": 1.0, "board repair": 2.2, "exchange": 1.6}


def _tickets(random: Random, agents: Sequence[_Person]) -> Iterator[tuple[object, ...]]:
    """The tickets, numbered as they were created."""
    created = sorted(_moment(random) for _ in range(_TICKETS))
    for number, opened in enumerate(created, 1):
        agent = random.choice([one for one in agents if one.hired <= opened.date()])
        yield (f"T{number:05}", agent.login, *_ticket(random, agent, opened))


def _moment(random: Random) -> datetime:
    """When a customer asks: on working days mostly, around ten and three; now and then at night or on a weekend."""
    while True:
        day = _FIRST + timedelta(days=random.randrange((_LAST - _FIRST).days + 1))
        quiet = day.weekday() >= 5 or _FESTIVAL[0] <= day <= _FESTIVAL[1]
        if not quiet or random.random() < 0.12:
            break
    peak = random.choices((10.2, 15.1, 20.5), (50, 42, 8))[0]
    hour = min(max(random.gauss(peak, 1.3), 0.1), 23.8)
    return datetime.combine(day, time()) + timedelta(seconds=round(hour * 3600))


def _ticket(random: Random, agent: _Person, opened: datetime) -> tuple[object, ...]:
    kind = random.choice(tuple(_KINDS))
    wait = random.lognormvariate(math.log(11 * agent.pace), 0.8) * 60
    reply = _at_work(opened + timedelta(seconds=round(wait)))
    work = random.lognormvariate(math.log(9 * _KINDS[kind] * agent.pace), 0.8) * 3600
    closed = _at_work(reply + timedelta(seconds=round(work)))
    solved = random.random() < 0.8 + 0.18 * agent.skill
    contacts = 1 + sum(random.random() > 0.45 + 0.4 * agent.skill for _ in range(3))
    reopened = sum(random.random() < 0.12 * (1.1 - agent.skill) for _ in range(2)) if solved else 0
    mood = (
        agent.care - 0.15 * (contacts > 2) - 0.2 * (not solved) - 0.1 * (reply - opened > timedelta(hours=1))
    )
    return (
        kind,
        _CHANNELS[agent.team] if random.random() < 0.7 else random.choice(tuple(_CHANNELS.values())),
        opened.isoformat(" "),
        _sometimes(random, 0.99, reply.isoformat(" ")),
        closed.isoformat(" ") if solved else "-",
        contacts,
        reopened,
        _sometimes(random, 0.5, _stars(random, mood)),
        _sometimes(random, 0.35, _stars(random, mood + 0.2 * (agent.skill - 0.7))),
        _sometimes(random, 0.98, "yes" if random.random() < 0.14 * (1.05 - mood) else "no"),
    )


def _at_work(moment: datetime) -> datetime:
    """The moment itself, or some minutes after work begins again."""
    while moment.weekday() >= 5 or _FESTIVAL[0] <= moment.date() <= _FESTIVAL[1] or moment.hour >= 21:
        moment = datetime.combine(
            moment.date() + timedelta(days=1), time(8, 40 + moment.minute % 20, moment.second)
        )
    if moment.hour < 8:
        return moment.replace(hour=8, minute=40 + moment.minute % 20)
    return moment


def _stars(random: Random, mood: float) -> int:
    """An answer of 1 to 5, four or five for the content."""
    if random.random() < 0.25 + 0.7 * mood:
        return random.choice((4, 5, 5))
    return random.choice((1, 2, 3, 3))


def _sometimes(random: Random, chance: float, value: object) -> object:
    """The value, or a blank cell."""
    return value if random.random() < chance else ""


# What people fill in

_MONTHLY_TITLES = (
    "staff",
    "period",
    "peer_rating",
    "positive_feedback",
    "feedback",
    "courses",
    "certificates",
)


def _monthly(random: Random, agents: Sequence[_Person]) -> Iterator[tuple[object, ...]]:
    for period in _PERIODS:
        for one in agents:
            if f"{one.hired:%Y-%m}" > period:
                continue
            peers = [min(5, max(1, round(random.gauss(3.2 + 1.6 * one.care, 0.6)))) for _ in range(4)]
            feedback = random.randrange(6, 21)
            yield (
                one.login,
                period,
                _sometimes(random, 0.95, f"{sum(peers) / len(peers):.2f}"),
                sum(random.random() < 0.35 + 0.6 * one.care for _ in range(feedback)),
                feedback,
                _sometimes(random, 0.96, random.choice((0, 1, 1, 1, 2))),
                random.choice(("", "", "", "", 1)),
            )


_MANAGER_TITLES = (
    *(
        "staff",
        "period",
        "late_replies",
        "invalid_services",
        "total_services",
        "reports_submitted",
        "reports_due",
    ),
    *("complaints", "plm_docs", "total_docs", "covered_points", "required_points", "failed_trainees"),
    *("superior_rating", "reports_on_time", "reports_expected", "cooperation_score"),
)


def _manager_row(random: Random, one: _Person, quarter: str) -> tuple[object, ...]:
    services, reports, docs, points = (
        random.randrange(*span) for span in ((150, 400), (18, 40), (40, 120), (30, 60))
    )
    hits = 0.8 + 0.18 * one.skill
    return (
        one.login,
        quarter,
        _few(random, 8 * (1.2 - one.skill)),
        _some(random, services, 0.06 * (1.3 - one.skill)),
        services,
        _some(random, reports, hits),
        reports,
        _few(random, 3),
        _some(random, docs, hits),
        docs,
        _some(random, points, 0.7 + 0.25 * one.skill),
        points,
        random.choice(("", 0, 0, 0, 1)),
        random.choice((1, 2, 2, 3, 3)),
        _some(random, 13, hits),
        13,
        f"{random.randrange(74, 98)}%",
    )


def _some(random: Random, of: int, share: float) -> int:
    return sum(random.random() < share for _ in range(of))


def _few(random: Random, mean: float) -> int:
    """A small count, about the mean."""
    return _some(random, 12, min(1.0, mean / 12))
