#!/usr/bin/env python3
"""A person in front of a browser, for stories: Chromium by way of chromedriver, with a passkey that is in software.

Reads what to do from standard input, a line each, and does it; what cannot be done ends it with exit status 1.

    passkey                 the device has a passkey of its own from now on (user present, and verified)
    open ADDRESS
    see TEXT                waits until the page says so
    unseen TEXT             the page does not say so
    type SELECTOR TEXT
    click SELECTOR          `link TEXT`: the link of that text
    press KEY...            Tab, Enter or letters, to whatever has the focus
    focused SELECTOR        what has the focus
    size WIDTH HEIGHT       scheme light|dark
    shot FILE [HEIGHT]      the whole page, or so much of its beginning
    axe FILE                runs axe-core from that file: no violation
    quiet                   the browser's console has no error so far
    value SCRIPT            prints what the script returns
    run COMMAND             what somebody else does meanwhile, by the shell; it must succeed
"""

import base64
import json
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request

KEYS = {"Tab": "\ue004", "Enter": "\ue007", "Space": " ", "Back": "\ue008"}


class Browser:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="countersign-browser.")
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        port = None
        for line in self.driver.stdout:
            found = re.search(r"successfully on port (\d+)", line)
            if found:
                port = found.group(1)
                break
        self.base = f"http://127.0.0.1:{port}"
        options = {"args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-prefers-reduced-motion",
                            f"--user-data-dir={self.folder}"]}
        capabilities = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        session = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
        self.session = "/session/" + session["sessionId"]
        self.post("/timeouts", {"implicit": 15000, "script": 60000, "pageLoad": 60000})

    def ask(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=90) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            wrong = json.load(error)["value"]
            raise RuntimeError(f"{wrong['error']}: {wrong['message'].splitlines()[0]}") from None

    def post(self, path, body):
        return self.ask("POST", self.session + path, body)

    def find(self, using, value):
        return next(iter(self.post("/element", {"using": using, "value": value}).values()))

    def script(self, text, *arguments):
        return self.post("/execute/sync", {"script": text, "args": list(arguments)})

    def end(self):
        try:
            self.ask("DELETE", self.session)
        except (OSError, RuntimeError, AttributeError):
            pass
        self.driver.terminate()
        self.driver.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    # ---- what lines say

    def do_passkey(self, _):
        self.authenticator = self.post("/webauthn/authenticator", {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True})

    def do_open(self, address):
        self.post("/url", {"url": address})

    def do_see(self, text):
        quoted = "concat(" + ", '\"', ".join('"' + part + '"' for part in text.split('"')) + ", '')"
        self.find("xpath", f"//body[contains(normalize-space(.), {quoted})]")

    def do_unseen(self, text):
        if text in self.script("return document.body.innerText"):
            raise RuntimeError("the page says so")

    def do_type(self, words):
        selector, text = words.split(" ", 1)
        self.post(f"/element/{self.find('css selector', selector)}/value", {"text": text})

    def do_click(self, selector):
        self.post(f"/element/{self.find('css selector', selector)}/click", {})

    def do_link(self, text):
        self.post(f"/element/{self.find('link text', text)}/click", {})

    def do_press(self, words):
        keys = []
        for word in words.split():
            for key in [KEYS[word]] if word in KEYS else word:
                keys += [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self.post("/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": keys}]})

    def do_focused(self, selector):
        if not self.script("return document.activeElement.matches(arguments[0])", selector):
            raise RuntimeError("it is " + self.script("return document.activeElement.outerHTML.slice(0, 200)"))

    def do_size(self, words):
        width, height = map(int, words.split())
        self.post("/goog/cdp/execute", {"cmd": "Emulation.setDeviceMetricsOverride", "params": {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}})

    def do_scheme(self, word):
        self.post("/goog/cdp/execute", {"cmd": "Emulation.setEmulatedMedia", "params": {
            "features": [{"name": "prefers-color-scheme", "value": word}]}})

    def do_shot(self, words):
        path, *height = words.split()
        params = {"captureBeyondViewport": True}
        if height:
            width = self.script("return innerWidth")
            params["clip"] = {"x": 0, "y": 0, "width": width, "height": int(height[0]), "scale": 1}
        shot = self.post("/goog/cdp/execute", {"cmd": "Page.captureScreenshot", "params": params})
        with open(path, "wb") as file:
            file.write(base64.b64decode(shot["data"]))

    def do_axe(self, path):
        with open(path, encoding="utf-8") as file:
            self.script(file.read() + "; window.axe = axe;")
        found = self.post("/execute/async", {"args": [], "script": """
            const done = arguments[arguments.length - 1];
            axe.run(document).then((results) => done(results.violations.map((violation) =>
                violation.id + ': ' + violation.nodes.map((node) => node.target.join(' ')).slice(0, 5).join(', '))),
                (error) => done([String(error)]));"""})
        if found:
            raise RuntimeError("; ".join(found))

    def do_quiet(self, _):
        wrong = [entry["message"] for entry in self.post("/se/log", {"type": "browser"})
                 if entry["level"] == "SEVERE" and "favicon" not in entry["message"]]
        if wrong:
            raise RuntimeError("; ".join(wrong))

    def do_run(self, command):
        done = subprocess.run(command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stdout)

    def do_value(self, script):
        print(self.script(script))


def main():
    browser = None
    line = ""
    try:
        browser = Browser()
        for line in sys.stdin:
            word, _, rest = line.rstrip("\n").partition(" ")
            if word and word != "#":
                getattr(browser, "do_" + word)(rest)
    except (RuntimeError, OSError, KeyError) as error:
        print(f"{line.strip()}: {error}")
        if browser and hasattr(browser, "session"):
            try:
                print(browser.script("return document.body.innerText")[-1500:])
            except (RuntimeError, OSError):
                pass
        return 1
    finally:
        if browser:
            browser.end()
    return 0


sys.exit(main())
