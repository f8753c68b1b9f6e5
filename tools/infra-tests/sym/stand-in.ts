import { fileURLToPath } from "node:url";
import {
  type handleUnaryCall,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { deleteEntity, readEntity, type SymClient, saveEntity } from "./api-client.ts";
import { checkResource, wireBlock } from "./check.ts";
import { provider, type ResourceSchema, resources } from "./schema.ts";
import { type ObjectValue, readValue, unknown, type Value, withDefaults, writeValue } from "./values.ts";

type Wire = { msgpack: Uint8Array };
type Typed = { type_name: string };

const proto = fileURLToPath(new URL("tfplugin5.proto", import.meta.url));
const legacy = { legacy_type_system: true }; // Allows defaults of attributes that are not computed, as in the old plugin SDK.

/** `reattach` is the value for `TF_REATTACH_PROVIDERS`. */
type StandIn = { reattach: string; close(): Promise<void> };

/**
 * Serves a stand-in for the provider `symopsio/sym` in this process, on a loopback port. The stand-in sends the
 * provider's requests to Sym's REST API.
 */
export async function startStandInProvider(client: SymClient): Promise<StandIn> {
  const server = new Server();
  const definition = loadSync(proto, { keepCase: true, longs: Number, defaults: false });
  server.addService(definition["tfplugin5.Provider"] as ServiceDefinition, calls(client));
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  const address = { Network: "tcp", String: `127.0.0.1:${port}` };
  return {
    reattach: JSON.stringify({
      "registry.terraform.io/symopsio/sym": {
        Protocol: "grpc",
        ProtocolVersion: 5,
        Pid: process.pid,
        Test: true,
        Addr: address,
      },
    }),
    close: async () => server.forceShutdown(),
  };
}

function calls(client: SymClient): UntypedServiceImplementation {
  return {
    GetSchema: answer(() => ({
      provider: { version: 0, block: wireBlock(provider) },
      resource_schemas: Object.fromEntries(
        Object.entries(resources).map(([type, schema]) => [
          type,
          { version: schema.version, block: wireBlock(schema, true) },
        ]),
      ),
    })),
    PrepareProviderConfig: answer(({ config }: { config: Wire }) => ({ prepared_config: config })),
    Configure: answer(() => ({})),
    ValidateResourceTypeConfig: answer(({ type_name, config }: Typed & { config: Wire }) => ({
      diagnostics: checkResource(type_name, objectOf(config)).map(({ attribute, summary, detail }) => ({
        ...failure(summary, detail),
        attribute: { steps: [{ attribute_name: attribute }] },
      })),
    })),
    UpgradeResourceState: answer(({ raw_state }: { raw_state: { json: Uint8Array } }) => ({
      upgraded_state: wire(JSON.parse(Buffer.from(raw_state.json).toString())),
    })),
    ReadResource: answer(async ({ type_name, current_state }: Typed & { current_state: Wire }) => ({
      new_state: wire(await readEntity(client, schemaOf(type_name), objectOf(current_state))),
    })),
    PlanResourceChange: answer(plan),
    ApplyResourceChange: answer((request: Change) => apply(client, request)),
    Stop: answer(() => ({})),
  };
}

type Change = Typed & { prior_state: Wire; proposed_new_state: Wire; planned_state: Wire };

function plan({ type_name, prior_state, proposed_new_state }: Change): object {
  const proposed = readValue(proposed_new_state.msgpack);
  if (proposed === null) return { planned_state: proposed_new_state, ...legacy };
  const planned = withDefaults(schemaOf(type_name), proposed as ObjectValue);
  if (readValue(prior_state.msgpack) === null) planned["id"] = unknown;
  return { planned_state: wire(planned), ...legacy };
}

async function apply(client: SymClient, { type_name, prior_state, planned_state }: Change): Promise<object> {
  const schema = schemaOf(type_name);
  const planned = readValue(planned_state.msgpack);
  if (planned === null) {
    await deleteEntity(client, schema, objectOf(prior_state)["id"] ?? null);
    return { new_state: planned_state, ...legacy };
  }
  const id = await saveEntity(client, schema, planned as ObjectValue);
  return { new_state: wire({ ...(planned as ObjectValue), id }), ...legacy };
}

/** Answers a call; a thrown error becomes a diagnostic for Terraform. */
function answer<Request>(
  respond: (request: Request) => object | Promise<object>,
): handleUnaryCall<Request, object> {
  return async ({ request }, callback) => {
    try {
      callback(null, await respond(request));
    } catch (error) {
      callback(null, { diagnostics: [failure(error instanceof Error ? error.message : String(error))] });
    }
  };
}

function failure(summary: string, detail = ""): object {
  return { severity: 1, summary: `Stand-in for symopsio/sym: ${summary}`, detail };
}

function schemaOf(type: string): ResourceSchema {
  const schema = resources[type];
  if (!schema) throw new Error(`Unknown resource ${type}`);
  return schema;
}

function wire(value: Value): Wire {
  return { msgpack: writeValue(value) };
}

function objectOf({ msgpack }: Wire): ObjectValue {
  return readValue(msgpack) as ObjectValue;
}
