"""Whatever is written in titles, addresses, keys, values and reasons is shown as what it is, and does nothing."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page

from ckan_api_client.report import Change, Document, Item, to_html
from ckan_api_client.syncing.plan import Conflict

_SCRIPTS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<a href='javascript:alert(1)'>a</a>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<style>@import 'http://evil.example/x.css'; * { display: none }</style>",
    "<link rel=stylesheet href=http://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=http://evil.example/'>",
    "<base href=http://evil.example/>",
    "<object data=http://evil.example/x></object>",
    "<math><mtext><img src=x onerror=alert(1)></mtext></math>",
    "<form action=http://evil.example/><button>b</button></form>",
    "<template><img src=x onerror=alert(1)></template>",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:alert(1)",
    "file:///etc/passwd",
    "{{data}}{{script}}{{policy}}",
    "__proto__",
    "constructor",
    "\u202egnp.exe\u2066",
]
_FRAMES = [
    "{}",
    "</script>{}",
    "</script><!--{}-->",
    "<!--<script>{}",
    "'\"><b>{}",
    "</title></style></textarea>{}",
    "]]>\\\u2028{}\u2029`${{alert(1)}}",
    "https://x.example/\x01{}\x00&#60;",
]
#: 200 of them.
PAYLOADS = [frame.format(script) for frame, script in product(_FRAMES, _SCRIPTS)]
#: What the page makes itself.
_MADE = {
    "html", "head", "meta", "title", "style", "body", "a", "header", "main", "script", "div", "p", "h1", "h2",
    "h3", "button", "dl", "dt", "dd", "section", "svg", "rect", "ul", "li", "span", "b", "i", "input",
    "select", "option", "details", "summary", "small", "del", "ins", "footer", "kbd", "noscript", "strong",
}  # fmt: skip


def hostile(number: int, text: str) -> Item:
    return Item(
        did=["updated", "created", "refused", "failed"][number % 4],
        kind="dataset",
        key=text,
        title=text,
        organization=text,
        url=text,
        place=text,
        field=text,
        reason=text,
        notes=(text,),
        facts=((text, text),),
        changes=(
            Change(text, text, text, f"{text} and more", text),
            Change(text, text, None, text),
            Change(text, text, {text: text, "url": text}, None),
            Change(text, text, [text], {text: [text]}),
            Change("resources.x", text, {"url": text}, {"url": text}),
        ),
        conflicts=(Conflict(text, text, text, text, text, f"{text}, too", "catalog", text),),
    )


def report() -> Document:
    first = PAYLOADS[25]
    return Document(
        "run",
        first,
        "javascript:alert(1)//" + first,
        about=tuple((text, text) for text in PAYLOADS),
        warnings=tuple(PAYLOADS),
        notes=tuple(PAYLOADS),
        adjusted={text: number + 1 for number, text in enumerate(PAYLOADS)},
        items=tuple(hostile(number, text) for number, text in enumerate(PAYLOADS)),
    )


def test_200_hostile_texts_make_no_element_no_address_and_no_dialog(show: Callable[..., Page]) -> None:
    assert len(set(PAYLOADS)) == 200
    page = show(report())
    page.evaluate("dispatchEvent(new Event('beforeprint'))")  # Everything is opened.
    assert page.locator(".body").count() == 200
    elements = page.evaluate("[...document.querySelectorAll('*')].map(one => one.localName)")
    assert set(elements) <= _MADE
    parts = len(report().counts())  # Each part of the chart has a title.
    assert [elements.count(name) for name in ("script", "style", "meta", "title")] == [2, 1, 5, 1 + parts]
    assert page.locator("svg > *").evaluate_all("all => all.filter(one => one.localName !== 'rect').length") == 0
    attributes = page.evaluate(
        "[...document.querySelectorAll('*')].flatMap(one => [...one.attributes].map(one => one.name))"
    )
    assert {name for name in attributes if name.startswith("on") or name in {"src", "action", "srcdoc"}} == set()
    addresses = page.locator("a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert [address for address in addresses if not address.startswith(("http://", "https://", "#list"))] == []
    assert page.evaluate("[...document.querySelectorAll('.name')].map(one => one.firstChild.textContent)") == PAYLOADS
    assert page.locator(".told li").evaluate_all("all => all.map(one => one.textContent)") == [*PAYLOADS, *PAYLOADS]
    page.locator("summary .did").first.click()
    assert len(page.context.pages) == 1


def test_every_hostile_text_is_found_by_the_search(show: Callable[..., Page]) -> None:
    page = show(report())
    found = page.evaluate(
        """async (texts) => {
          const search = document.querySelector("input[type=search]");
          const told = [];
          for (const text of texts) {
            search.value = text.replace(/[\\n\\r]/g, "");
            search.dispatchEvent(new Event("input"));
            await new Promise((done) => setTimeout(done, 150));
            told.push(document.querySelector(".items > li") !== null);
          }
          return told;
        }""",
        PAYLOADS[::20],
    )
    assert found == [True] * 10


def test_the_policy_of_the_page_stops_what_would_come_in_all_the_same(chromium: Browser, tmp_path: Path) -> None:
    """No script, style, image, frame or request of anybody else's: even if the page itself had a fault."""
    file = tmp_path / "page.html"
    file.write_text(to_html(Document("run", "a", "https://b.example")))
    page = chromium.new_page()
    ended: list[str | None] = []
    page.on("requestfinished", lambda request: ended.append(request.url))
    page.on("requestfailed", lambda request: ended.append(request.failure))
    page.goto(file.as_uri())
    page.evaluate(
        """async () => {
          window.hits = 0;
          const box = document.createElement("div");
          document.body.append(box);
          box.innerHTML = "<img src=x onerror='hits += 1'><svg onload='hits += 1'></svg><b style='color: red'>b</b>"
            + "<style>b { color: red !important }</style><iframe srcdoc='<script>parent.hits += 1</script>'></iframe>"
            + "<img src='http://evil.example/pixel.png'>";
          const script = document.createElement("script");
          script.textContent = "hits += 1";
          document.body.append(script);
          await fetch("http://evil.example/").then(() => { hits += 1; }, () => {});
          await new Promise((done) => setTimeout(done, 200));
          try { eval("hits += 1"); } catch { /* Before the pause, DevTools would allow it. */ }
        }"""
    )
    assert page.evaluate("hits") == 0
    assert page.locator("b").last.evaluate("one => getComputedStyle(one).color") != "rgb(255, 0, 0)"
    assert ended == [file.as_uri(), "csp", "csp"]
    page.close()
