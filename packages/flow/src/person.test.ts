import fc from "fast-check";
import { expect, test } from "vitest";
import { personOf } from "./person.ts";

test.for<[email: string, person: string]>([
  ["robin@example.com", "robin@example.com"],
  ["Robin.O'Neil+prod@Example.CO.uk", "robin.o'neil+prod@example.co.uk"],
])("%s is the person %s", ([email, person]) => {
  expect(personOf(email)).toBe(person);
});

test.for([
  "",
  "robin",
  "robin@",
  "@example.com",
  "robin@example",
  "a@b@example.com",
  "robin@example.com@evil.example.com",
  "robin@example.com.",
  "robin@-example.com",
  '"robin"@example.com',
  " robin@example.com",
  "robin@example.com\n",
  "robin@exаmple.com", // The а is Cyrillic.
  "\u212aim@example.com", // The Kelvin sign is a k in lower case.
  `${"x".repeat(250)}@example.com`,
])("%j is no person", (email) => {
  expect(personOf(email)).toBeUndefined();
});

test("a person's e-mail has one normal form, however it is spelled", () => {
  fc.assert(
    fc.property(fc.emailAddress(), (email) => {
      const person = personOf(email);
      expect(personOf(email.toUpperCase())).toBe(person);
      if (person !== undefined) expect(personOf(person)).toBe(person);
    }),
  );
});
