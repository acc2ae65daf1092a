"""Whether events are of the Open Cybersecurity Schema Framework.

    ocsf.py check FACTS <EVENTS      one JSON object a line; exit 0, or 1 with what is amiss
    ocsf.py extract SCHEMA CLASS...  the facts of these classes, from a checkout of ocsf-schema

FACTS are names, types, requirements, numbers and constraints alone, as a version of the schema publishes them.
"""
import json
import os
import re
import sys

NUMBERS = ("integer_t", "long_t", "timestamp_t", "port_t")


def read(*parts):
    with open(os.path.join(*parts), encoding="utf-8") as file:
        return json.load(file)


class Schema:
    """A checkout: classes and objects with what they extend and include."""

    def __init__(self, root):
        self.root = root
        self.dictionary = read(root, "dictionary.json")
        self.items = {}
        for folder in ("events", "objects"):
            for place, _, files in os.walk(os.path.join(root, folder)):
                for name in files:
                    if name.endswith(".json"):
                        item = read(place, name)
                        self.items[folder, item["name"]] = item

    def attributes(self, item, folder):
        found = {}
        if "extends" in item:
            found = self.attributes(self.items[folder, item["extends"]], folder)
        own = dict(item.get("attributes", {}))
        includes = own.pop("$include", [])
        for path in includes if isinstance(includes, list) else [includes]:
            if path.startswith("profiles/"):
                continue  # they are there only for who names the profile
            for name, attribute in read(self.root, path)["attributes"].items():
                found[name] = {**found.get(name, {}), **attribute}
        for name, attribute in own.items():
            before = found.get(name, {})
            enum = {**before.get("enum", {}), **attribute.get("enum", {})}
            found[name] = {**before, **attribute}
            if enum:
                found[name]["enum"] = enum
        return found

    def constraints(self, item, folder):
        if "constraints" in item or "extends" not in item:
            return item.get("constraints", {})
        return self.constraints(self.items[folder, item["extends"]], folder)

    def facts(self, item, folder, used):
        attributes = {}
        for name, attribute in sorted(self.attributes(item, folder).items()):
            general = self.dictionary["attributes"].get(name)
            if not general or attribute.get("profile"):
                continue
            fact = {"type": attribute.get("type", general["type"])}
            if general.get("is_array"):
                fact["list"] = True
            if attribute.get("requirement") == "required":
                fact["required"] = True
            enum = {**general.get("enum", {}), **attribute.get("enum", {})}
            if enum:
                fact["enum"] = {number: value["caption"] for number, value in sorted(enum.items())}
            sibling = general.get("sibling")
            if sibling:
                fact["sibling"] = sibling
            attributes[name] = fact
            if ("objects", fact["type"]) in self.items:
                used.add(fact["type"])
        return {"attributes": attributes, "constraints": self.constraints(item, folder)}

    def category(self, item):
        while "category" not in item:
            item = self.items["events", item["extends"]]
        return item["category"], read(self.root, "categories.json")["attributes"][item["category"]]

    def extract(self, classes):
        facts = {"version": read(self.root, "version.json")["version"], "types": {}, "classes": {}, "objects": {}}
        used = set()
        for name, attribute in self.dictionary["types"]["attributes"].items():
            facts["types"][name] = {key: attribute[key] for key in ("max_len", "type") if key in attribute}
        for name in classes:
            item = self.items["events", name]
            _, category = self.category(item)
            number = category["uid"] * 1000 + item["uid"]
            facts["classes"][number] = {"caption": item["caption"], "category": category["uid"],
                                        "category_caption": category["caption"], **self.facts(item, "events", used)}
        # What is not used by us is left out: its members would be most of the file.
        ours = {"actor", "analytic", "api", "evidences", "file", "finding_info", "metadata", "network_endpoint", "product",
                "resource_details", "service", "user", "object"}
        for name in sorted(ours):
            facts["objects"][name] = self.facts(self.items["objects", name], "objects", used)
        return facts


class Checker:
    def __init__(self, facts):
        self.facts = facts
        self.faults = []

    def fault(self, at, words):
        self.faults.append(f"{at}: {words}")

    def scalar(self, at, fact, value):
        kind = fact["type"]
        base = self.facts["types"].get(kind, {}).get("type", kind)
        if kind == "json_t":
            return
        if kind == "boolean_t":
            good = isinstance(value, bool)
        elif kind in NUMBERS or base in NUMBERS:
            good = isinstance(value, int) and not isinstance(value, bool)
        elif kind == "float_t":
            good = isinstance(value, (int, float)) and not isinstance(value, bool)
        elif base == "string_t":
            longest = self.facts["types"].get(kind, {}).get("max_len", self.facts["types"]["string_t"]["max_len"])
            good = isinstance(value, str) and len(value) <= longest
        else:
            self.object(at, kind, value)
            return
        if not good:
            self.fault(at, f"is not of type {kind}")
        if "enum" in fact and str(value) not in fact["enum"]:
            self.fault(at, f"has no value {value}")

    def object(self, at, kind, value):
        if not isinstance(value, dict):
            self.fault(at, "is not an object")
        elif kind != "object" and kind not in self.facts["objects"]:
            self.fault(at, f"is of type {kind}, which the facts lack")
        elif kind != "object":
            self.members(at, self.facts["objects"][kind], value)

    def members(self, at, shape, value):
        attributes = shape["attributes"]
        for name, fact in attributes.items():
            if fact.get("required") and name not in value:
                self.fault(at, f"lacks {name}")
            caption = fact.get("enum", {}).get(str(value.get(name)))
            said = value.get(fact.get("sibling", ""))
            if caption and said is not None and caption != said and value[name] != 99:
                self.fault(at, f"{name} is {caption}, and {fact['sibling']} says {said}")
        for name, member in value.items():
            where = f"{at}.{name}"
            if name not in attributes:
                self.fault(where, "is not of the schema")
            elif attributes[name].get("list"):
                for number, item in enumerate(member if isinstance(member, list) else [member]):
                    self.scalar(f"{where}[{number}]", attributes[name], item)
                if not isinstance(member, list):
                    self.fault(where, "is not a list")
            else:
                self.scalar(where, attributes[name], member)
        for word, names in shape["constraints"].items():
            there = sum(name in value for name in names)
            if (word == "at_least_one" and there < 1) or (word == "just_one" and there != 1):
                self.fault(at, f"{word} of {', '.join(names)}")

    def event(self, event):
        number = event.get("class_uid")
        shape = self.facts["classes"].get(str(number))
        if not shape:
            self.fault("class_uid", f"is {number}, no class that is known")
            return
        # The base class leaves the numbers of class, category and type to each class.
        attributes = dict(shape["attributes"])
        for name, value in (("class_uid", number), ("category_uid", shape["category"]),
                            ("type_uid", number * 100 + event.get("activity_id", -1)),
                            ("class_name", shape["caption"]), ("category_name", shape["category_caption"])):
            attributes[name] = {key: fact for key, fact in attributes[name].items() if key not in ("enum", "sibling")}
            if name in event and event[name] != value:
                self.fault(name, f"is {event[name]}, not {value}")
        self.members("event", {**shape, "attributes": attributes}, event)
        activity = attributes["activity_id"]["enum"].get(str(event.get("activity_id")), "")
        if event.get("activity_id") != 99 and event.get("type_name") != f"{shape['caption']}: {activity}":
            self.fault("type_name", f"is {event.get('type_name')}")
        if event["metadata"].get("version") != self.facts["version"]:
            self.fault("metadata.version", "is another")


def check(facts):
    count = bad = 0
    for line in sys.stdin:
        checker = Checker(facts)
        checker.event(json.loads(line))
        count += 1
        bad += bool(checker.faults)
        for words in checker.faults:
            print(f"event {count}: {words}")
    print(f"{count} events, {bad} amiss")
    return 0 if count and not bad else 1


def main():
    if sys.argv[1] == "extract":
        text = json.dumps(Schema(sys.argv[2]).extract(sys.argv[3:]), indent=1, sort_keys=True)
        # A line a member: short ones on one line.
        print(re.sub(r"\{\s+([^{}]{0,200}?)\s+\}", lambda hit: "{ " + re.sub(r"\s+", " ", hit[1]) + " }", text))
        return 0
    return check(read(sys.argv[2]))


sys.exit(main())
