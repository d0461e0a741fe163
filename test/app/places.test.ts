import { expect, test } from "vitest";
import { createPlaces } from "../../src/app/places.ts";

const repo = (owner: string, name: string) => ({
  id: 7,
  owner,
  name,
  url: "https://github.example",
  defaultBranch: "main",
});

test("a repository that was renamed is known by its new name alone", () => {
  const places = createPlaces();
  places.learn(1, [repo("acme", "shop")]);
  places.learn(1, [repo("acme", "Store")]);
  expect(places.numbered(7)).toEqual({ installation: 1, repo: repo("acme", "Store") });
  expect(places.named("ACME/store")).toEqual(places.numbered(7));
  expect(places.named("acme/shop")).toBeNull();
});

test("a repository that moved to another owner is found in that installation, in whatever order they are swept", () => {
  const places = createPlaces();
  places.learn(1, [repo("acme", "shop")]);
  places.learn(2, [repo("umbrella", "shop")]);
  places.learn(1, []);
  expect(places.numbered(7)).toEqual({ installation: 2, repo: repo("umbrella", "shop") });
  expect(places.named("acme/shop")).toBeNull();
});

test("a repository that the App was taken off is not known any more", () => {
  const places = createPlaces();
  places.learn(1, [repo("acme", "shop")]);
  places.learn(1, []);
  expect(places.numbered(7)).toBeNull();
});
