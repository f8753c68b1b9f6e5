import type { AccessRequest, Card, Message, Outlet } from "./request.ts";

/** `card`: the message is the card in Slack from now on. `problem`: why the outlet has nobody to tell, now and later. */
export type Telling = { card?: Card; problem?: string };

/**
 * The places where messages are told. `tell` rejects if the message may not have arrived; the error of the rejection is safe to
 * show, if it is a `SymError`. `updateCard` rejects if the card may still be the old card.
 */
export type Outlets = {
  tell: Partial<Record<Outlet, (message: Message, request: AccessRequest) => Promise<Telling>>>;
  updateCard?(request: AccessRequest): Promise<void>;
};
