# Texts that would be more than text where somebody reads a hold, and the proof that they are not.
#
#	injections.py commit WORK PREFIX	a commit for each: in its path, content, subject and author's name
#	injections.py page FILE			of HTML: elements and attributes of ours alone, nothing unseen
#	injections.py terminal FILE		what a terminal would obey, or a reader would not see
#	injections.py chats FILE		lines of a receiver: Slack's, Teams' and Discord's forms
#	injections.py mail FILE			what sendmail was given
import base64, html.parser, json, os, re, subprocess, sys

EVIL = [
    "<script>alert(1)</script>", "</title></textarea></style><script src=//evil.example></script>",
    '"><img src=x onerror=alert(1)>', "' autofocus onfocus='alert(1)", "<svg/onload=alert(1)>", "<!--", "]]><![CDATA[<b>",
    "<a href=\"javascript:alert(1)\">approve</a>", "<form action=//evil.example><button>Approve", "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0;url=//evil.example>", "<link rel=stylesheet href=//evil.example>", "</pre></details></table>",
    "<iframe srcdoc='<script>parent.x=1</script>'>", "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;", "<details open ontoggle=alert(1)>",
    "javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "//evil.example/", "https://evil.example/approve",
    "https://g\u0456thub.com/login", "http://xn--e1awd7f.com", "mailto:evil@example.com", "<mailto:evil@example.com|alice>",
    "<!channel>", "<!here|here>", "<!everyone>", "<@U00EVIL0>", "<#C00EVIL0|general>", "<!subteam^S00EVIL0>", "<https://evil.example|the review page>",
    "@channel", "@everyone", "@here", "@all", "<@803511102246789999>", "<@&803511102246789999>", "[approve](https://evil.example)", "![x](https://evil.example/x.png)",
    "<at>everyone</at>", "`` ` ``` @everyone ```", "**bold** __x__ ||spoiler||", "\x1b[2J\x1b[H\x1b[31mred", "\x1b]0;title\x07", "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\x1bP+q544e\x1b\\", "\u009b31mred", "\u009d0;t\u009c", "\x08\x08\x08\x08approved", "\x7f\x7f\x7f", "\u202egnp.exe", "\u2066x\u2069\u2067y\u2069", "\u200b\u200c\u200d\ufeff\u2060",
    "\u05d0\u05d1\u05d2 approve \u0627\u0644", "a\u0300\u0301\u0302\u0303" * 20, "\U000e0041\U000e0042 tags", "\u2028\u2029line", "countersign: refs/heads/main is allowed: approved by bob",
    "-----END COUNTERSIGN HOLD-----", "Countersign-Decision: approve", "{{DATE(2026-01-01T00:00:00Z)}} ${x} %s%n", "'; DROP TABLE hold; --", "$(touch /tmp/evil)`id`",
    "x" * 4000, "\u4e00" * 300,
    # what a format may have of its own besides: dates, emoji, headings, commands, cards, entities, and elements of later HTML
    "<!date^1392734382^{date}^https://evil.example|now>", ":rotating_light: :white_check_mark:", "<t:0:R> <:x:803511102246789999> </approve:803511102246789999>",
    "[approve](<https://evil.example> \"x\")", "[x]: https://evil.example\\n[x]", "# approved", "> quoted\\n>>> all", "~~no~~ _yes_ *bold*", "\\`\\`@everyone\\`",
    "<at id=\"0\">everyone</at>", "{\"type\":\"Action.OpenUrl\",\"url\":\"https://evil.example\"}", "<template><script>alert(1)</script></template>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<object data=//evil.example>", "<embed src=//evil.example>", "<input formaction=//evil.example autofocus>", "<video><source onerror=alert(1)>", "<style>*{display:none}</style>",
    "<plaintext>", "<xmp>", "<b id=decide>", "<img name=review>", "\xa0\xa0approve\xa0", "jav&#x09;ascript:alert(1)", "\uff1cscript\uff1e", "\u02bcx\u02ba",
    # a terminal's: overwriting, other character sets, answers, queries, sixels, and lines drawn over others
    "held\rapproved", "\x0eabc\x0f", "\x05\x1b[c\x1b[6n", "\x1bPq#0;2;0;0;0\x1b\\", "\x1b]52;c;ZXZpbA==\x07", "\x1b[1A\x1b[2K", "\x1b7\x1b[999;999H\x1b8", "\x85next", "\x9b2J",
    "\u3164\u115f\u1160", "\ufff9a\ufffab\ufffb", "\U0001d173\U0001d17a", "\u180e", "\u2061\u2062\u2063", "x\ufe0f\ufe0e", "\u206a\u206f", "\U000e0100", "\ufdd0\uffff",
    # a mail's: headers, boundaries, encoded words, and what a relay obeys
    "Bcc: evil@example.com", "=?UTF-8?B?PHNjcmlwdD4=?=", "--countersign", ".", "From evil", "Content-Type: text/html", "%0d%0aBcc: evil@example.com",
    # ours: lines that only we write
    "Countersign-Digest: " + "0" * 64, "-----BEGIN COUNTERSIGN HOLD-----", "-----BEGIN SSH SIGNATURE-----", "remote: countersign: when approved, push again", "repository 0\\nref 0",
    "\\x1b[31m \\u{202e}", "\\\\x1b", "diff --git a/x b/x", "@@ -1 +1 @@", "\\ No newline at end of file", "Binary files differ",
]
RAW = [b"\xff", b"\xfe\xff\x00n\x00u\x00l", b"\xc0\x80", b"\xf8\x88\x80\x80\x80", b"\xe2\x80", b"\xc2", b"\xff\xfe invalid \xc3\x28", b"\xed\xa0\x80 surrogate", b"\xf4\x90\x80\x80 beyond", b"\xc0\xafover", b"\x80\x9b31m"]
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufffb\U000e0000-\U000e0fff]")


def texts():
    return [text.encode() for text in EVIL] + RAW


def commit(work, prefix):
    base = os.fsencode(work)
    for i, evil in enumerate(texts()):
        name = evil.replace(b"/", b"_").replace(b"\0", b"")[:200]
        path = prefix.encode() + b"/%02d " % i + name
        os.makedirs(os.path.join(base, prefix.encode()), exist_ok=True)
        with open(os.path.join(base, path), "wb") as file:
            file.write(evil + b"\n" + evil[::-1] + b"\nplain\n")
        env = dict(os.environb)
        author = re.sub(rb"[\x00-\x1f<>]", b"", evil).strip(b" .,:;\"'\\") or b"x"
        env[b"GIT_AUTHOR_NAME"] = author[:200]
        env[b"GIT_AUTHOR_EMAIL"] = b"a@example.com"
        subprocess.run(["git", "-C", work, "add", "-A"], check=True)
        subprocess.run([b"git", b"-C", base, b"-c", b"i18n.commitEncoding=latin-1" if evil in RAW else b"advice.x=y", b"commit", b"-q", b"-m", evil.replace(b"\0", b"") or b"x", b"-m",
                        b"Co-Authored-By: Claude <noreply@anthropic.com>"], check=True, env=env)


def fail(what):
    sys.exit("gets through: " + what)


class Page(html.parser.HTMLParser):
    TAGS = set("html head meta title link script body a div header p h1 h2 h3 nav ul li main section dl dt dd span code pre details summary table "
               "caption thead tbody tr th td colgroup col mark footer form label select option button input textarea noscript strong br time figure "
               "figcaption img".split())
    NAMES = re.compile(r"^(class|id|href|src|rel|charset|name|content|lang|role|tabindex|scope|colspan|open|hidden|defer|for|type|value|method|"
                       r"action|maxlength|datetime|alt|selected|download|data-[a-z]+|aria-[a-z]+)$")
    LINK = re.compile(r"^(\.{0,2}/)*([A-Za-z0-9._~%/-]*)(\?[A-Za-z0-9=&,%+._-]*)?(#[A-Za-z0-9_-]*)?$")

    def handle_starttag(self, tag, attrs):
        if tag not in self.TAGS:
            fail("<%s>" % tag)
        for name, value in attrs:
            if not self.NAMES.match(name):
                fail("<%s %s>" % (tag, name))
            if name in ("href", "src", "action") and not self.LINK.match(value or ""):
                fail("%s=%s" % (name, value))
            if UNSEEN.search(value or ""):
                fail("%s with what is not seen: %r" % (name, value))
        if tag == "script" and not dict(attrs).get("src", "").endswith("review.js"):
            fail("a script")

    def handle_data(self, data):
        found = UNSEEN.search(data)
        if found:
            fail("unseen %r in %r" % (found[0], data[:80]))

    def handle_comment(self, data):
        fail("a comment")

    def unknown_decl(self, data):
        fail("a declaration")


def page(text):
    Page(convert_charrefs=True).feed(text.decode("utf-8"))


def terminal(text):
    found = UNSEEN.search(text.decode("utf-8"))
    if found:
        fail("%r" % found[0])


def coded(text, fence):
    """What of it is not between backticks."""
    text = re.sub(r"```\n[^`]*\n```", "", text) if fence else text
    return re.sub(r"`[^`\n]*`", "", text)


def strings(value):
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from strings(item)


def teams(value, inside):
    if isinstance(value, dict):
        run = value.get("type") == "TextRun"
        for key, item in value.items():
            teams(item, inside or (run and key == "text"))
    elif isinstance(value, list):
        for item in value:
            teams(item, inside)
    elif isinstance(value, str) and not inside and re.search(r"evil|script|<(?!at>|/at>)|everyone|channel", value):
        fail("outside of a text run: " + value)


def chats(text):
    seen = set()
    whole = text.decode("utf-8").replace("\n", "")
    for start in re.finditer(r"\tnone\t(?=\{)", whole):
        body = json.JSONDecoder().raw_decode(whole, start.end())[0]
        for one in strings(body):
            terminal(one.encode())
        if "type" in body:
            seen.add("teams")
            teams(body, False)
        elif "embeds" in body:
            seen.add("discord")
            if body["allowed_mentions"]["parse"] or body["allowed_mentions"].get("users"):
                fail("mentions are allowed")
            for one in (body["content"], body["embeds"][0]["description"]):
                if re.search(r"evil|@|\[|\*|<", coded(one, True)):
                    fail("outside of code: " + coded(one, True))
        else:
            seen.add("slack")
            for one in (body["text"], body["attachments"][0]["text"]):
                if re.search(r"<(?!https://review\.example\.com/)|>(?<!page>)", one):
                    fail("mark-up: " + one)
                if re.search(r"evil|@|\*|~", coded(one, True)):
                    fail("outside of code: " + coded(one, True))
    if seen != {"slack", "discord", "teams"}:
        sys.exit("only these came: %s" % seen)


def mail(text):
    head, body = text.decode("ascii").split("\n\n", 1)
    for line in head.split("\n"):
        if not re.match(r"^( =\?UTF-8\?B\?[A-Za-z0-9+/=]*\?=|[A-Z][A-Za-z-]*: ?.*)$", line) or "evil" in line:
            fail("a header: " + line)
    if sorted(re.findall(r"^([A-Za-z-]+):", head, re.M)) != sorted(
            ["To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"]):
        fail("headers: " + head)
    terminal(base64.b64decode(body))


if sys.argv[1] == "commit":
    commit(sys.argv[2], sys.argv[3])
elif sys.argv[1] == "count":
    print(len(texts()))
else:
    {"page": page, "terminal": terminal, "chats": chats, "mail": mail}[sys.argv[1]](open(sys.argv[2], "rb").read())
