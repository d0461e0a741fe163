import { describe, expect, test } from "vitest";
import { type PolicyIssue, type PolicyState, policySteps } from "../../src/incident/policy-issue.ts";
import { brokenPolicyPage, mendedPolicyPage } from "../../src/notice/policy-page.ts";

/** The issue about a broken policy: what is done, by what is there. */
const PAGE = brokenPolicyPage(["people: must not be empty"]);
const OTHER = brokenPolicyPage(["signals: must not be empty"]);
const DONE = mendedPolicyPage("a".repeat(40), false);
const broken: PolicyState = { isBroken: true, page: PAGE };
const fine: PolicyState = { isBroken: false, page: mendedPolicyPage("b".repeat(40), false) };
const issue = (number: number, state: "open" | "closed", body: string): PolicyIssue => ({ number, state, body });
const steps = (found: readonly PolicyIssue[], state: PolicyState) =>
  policySteps(found, state).map((step) =>
    step.do === "open"
      ? "open"
      : step.do === "write"
        ? `${step.number} ${step.state}`
        : `${step.number} is #${step.of}`,
  );

describe("while the policy is broken", () => {
  test.each<[string, readonly PolicyIssue[], readonly string[]]>([
    ["an issue is opened where there is none", [], ["open"]],
    ["the open one that says so is left alone", [issue(3, "open", PAGE)], []],
    ["and so it is with another end of line", [issue(3, "open", PAGE.replaceAll("\n", "\r\n"))], []],
    ["the open one with other problems is written anew", [issue(3, "open", OTHER)], ["3 open"]],
    ["the one that was closed as mended is opened again", [issue(3, "closed", DONE)], ["3 open"]],
    ["one that a person closed stays closed", [issue(3, "closed", PAGE)], []],
    ["and is opened again for other problems", [issue(3, "closed", OTHER)], ["3 open"]],
    ["of two the older one stays", [issue(4, "open", PAGE), issue(3, "open", PAGE)], ["4 is #3"]],
    ["and the younger one is not touched again", [issue(3, "open", PAGE), issue(4, "closed", "twin")], []],
  ])("%s", (_name, found, expected) => expect(steps(found, broken)).toEqual(expected));
});

describe("when it is valid again", () => {
  test.each<[string, readonly PolicyIssue[], readonly string[]]>([
    ["nothing is opened to say so", [], []],
    ["the open one is closed", [issue(3, "open", PAGE)], ["3 closed"]],
    ["and closed once, whatever the head is by then", [issue(3, "closed", DONE)], []],
    ["one that a person closed before learns that it is so", [issue(3, "closed", PAGE)], ["3 closed"]],
    ["both of two are closed", [issue(3, "open", PAGE), issue(4, "open", PAGE)], ["4 is #3", "3 closed"]],
  ])("%s", (_name, found, expected) => expect(steps(found, fine)).toEqual(expected));
});
