// The JSON of the flow's API. packages/flow-functions/README.md describes the fields.

type Text = string | null;

export type Summary = {
  id: string;
  status: string;
  meaning: string;
  requester: string;
  target: string;
  label: string;
  duration: string;
  reason: string;
  route: string;
  times: Record<"asked" | "decide_by", string> &
    Record<"approved" | "granting" | "held" | "hold_until" | "ending" | "over", Text>;
};

export type HandlerAnswer = {
  at: string;
  message: string;
  outcome: Text;
  errors: string[];
  expires_at: Text;
} | null;

export type Shown = Summary & {
  decisions: { by: string; door: string; what: "approve" | "deny" | "withdraw" | "end"; at: string }[];
  answers: Record<"plan" | "escalate" | "deescalate", HandlerAnswer>;
  messages: { kind: string; to: string; text: string; at: string; told: Text; problem: Text }[];
  slack_problem: Text;
};

export type Listed = { requests: Summary[]; broken: { id: string; error: string }[]; next: Text };

export type Targets = {
  targets: {
    target: string;
    label: string;
    routes: {
      route: string;
      durations: string[];
      reason: { required: boolean; ticket: { example: string } | null };
      approvals?: number;
      decide_within?: string;
    }[];
  }[];
};
