"""Makes the descriptions in this folder from the vendors' packages in the registries.

python3 make.py    needs pip and npm; installs into a temporary folder

Each file holds only the operations of operations.json, without prose, in one form: a subset of OpenAPI, with
JSON Schema 2020-12 where OpenAPI 3.0 or AWS's models use other words.
"""

import gzip
import inspect
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
OPERATIONS = json.loads((HERE / "operations.json").read_text())
BOTOCORE, LAUNCHDARKLY, OCTOKIT = "1.44.8", "25.0.1", "23.0.2"


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        packages = [f"botocore=={BOTOCORE}", f"launchdarkly-api=={LAUNCHDARKLY}"]
        run("pip", "install", "--quiet", "--no-warn-conflicts", "--target", folder, *packages)
        run("npm", "pack", "--silent", "--pack-destination", folder, f"@octokit/openapi@{OCTOKIT}")
        run("tar", "xzf", folder / f"octokit-openapi-{OCTOKIT}.tgz", "-C", folder)
        sys.path.insert(0, name)
        for service, names in OPERATIONS["aws"].items():
            write(service, aws(folder, service, names))
        write("github", github(folder, OPERATIONS["github"]))
        write("launchdarkly", launchdarkly(OPERATIONS["launchdarkly"]))


def run(*command):
    subprocess.run([str(word) for word in command], check=True)


def write(system, description):
    """One line for each operation and each schema, so a diff shows the changes."""
    entries = [f"{json.dumps(key)}: {spread(value)}" for key, value in sorted(description.items())]
    (HERE / "descriptions" / f"{system}.json").write_text("{\n" + ",\n".join(entries) + "\n}\n")


def spread(value):
    if not isinstance(value, dict):
        return json.dumps(value)
    lines = [f"  {json.dumps(name)}: {json.dumps(one, sort_keys=True)}" for name, one in sorted(value.items())]
    return "{\n" + ",\n".join(lines) + "\n}"


# AWS: botocore's models, https://github.com/boto/botocore/tree/develop/botocore/data

# botocore's folder of a service, if it is not the service's name in signatures.
FOLDERS = {"states": "stepfunctions"}


def aws(folder, service, names):
    [*_, newest] = sorted((folder / "botocore" / "data" / FOLDERS.get(service, service)).iterdir())
    model = json.loads(gzip.decompress((newest / "service-2.json.gz").read_bytes()))
    operations = {name: aws_operation(model, model["operations"][name]) for name in names}
    described = {
        "source": f"botocore {BOTOCORE}, data/{newest.parent.name}/{newest.name}/service-2.json",
        "licence": "Apache-2.0",
        "protocol": model["metadata"]["protocol"],
        "operations": operations,
    }
    if "targetPrefix" in model["metadata"]:
        described["target"] = model["metadata"]["targetPrefix"]
    described["schemas"] = reachable(operations, lambda name: aws_schema(model, name))
    return described


def aws_operation(model, operation):
    return {
        "method": operation["http"]["method"],
        "path": operation["http"]["requestUri"].split("?")[0],
        **aws_message(model, operation.get("input")),
        "responses": {
            str(operation["http"].get("responseCode", 200)): aws_message(model, operation.get("output")),
        },
        "errors": dict(aws_error(model, one["shape"]) for one in operation.get("errors", [])),
    }


def aws_message(model, reference):
    """Members in the path, the query or a header are parameters; the other members are the body."""
    if not reference:
        return {}
    shape = model["shapes"][reference["shape"]]
    required = shape.get("required", [])
    places = {"uri": "path", "querystring": "query", "header": "header"}
    parameters = [
        {
            "name": member.get("locationName", name),
            "in": places[member["location"]],
            "required": name in required,
            "schema": refer(member["shape"]),
        }
        for name, member in shape["members"].items()
        if member.get("location") in places
    ]
    payload = shape.get("payload")
    if payload and model["shapes"][shape["members"][payload]["shape"]]["type"] == "blob":
        return {"parameters": parameters, "raw": True}
    if not parameters:
        return {"body": refer(reference["shape"])}
    inside = [name for name, member in shape["members"].items() if "location" not in member]
    return {"parameters": parameters, **({"body": structure(shape, inside)} if inside else {})}


def aws_error(model, name):
    """Without a status in the model, AWS's JSON protocols answer 400, or 500 for a server fault."""
    shape = model["shapes"][name]
    error = shape.get("error", {})
    status = error.get("httpStatusCode", 500 if shape.get("fault") else 400)
    return error.get("code", name), {"status": status, "body": refer(name)}


def aws_schema(model, name):
    shape = model["shapes"][name]
    kind = shape["type"]
    if shape.get("document"):
        return {}
    if kind == "structure":
        return structure(shape, list(shape["members"]))
    if kind == "list":
        return {"type": "array", "items": refer(shape["member"]["shape"]), **limits(shape, "Items")}
    if kind == "map":
        return {"type": "object", "additionalProperties": refer(shape["value"]["shape"])}
    if kind == "string":
        anchored = {"pattern": f"^(?:{shape['pattern']})$"} if "pattern" in shape else {}
        known = {"enum": shape["enum"]} if "enum" in shape else {}
        return {"type": "string", **limits(shape, "Length"), **anchored, **known}
    if kind == "timestamp":
        return {"type": "string", "format": "date-time"} if is_xml(model) else {"type": ["string", "number"]}
    numbers = {"integer": "integer", "long": "integer", "float": "number", "double": "number"}
    if kind in numbers:
        return {"type": numbers[kind], **limits(shape, "imum")}
    return {"type": {"boolean": "boolean", "blob": "string"}[kind]}


def is_xml(model):
    return model["metadata"]["protocol"] == "query"


def structure(shape, names):
    members = shape["members"]
    on_the_wire = {name: members[name].get("locationName", name) for name in names}
    properties = {on_the_wire[name]: refer(members[name]["shape"]) for name in names}
    required = [on_the_wire[name] for name in shape.get("required", []) if name in names]
    one = {"minProperties": 1, "maxProperties": 1} if shape.get("union") else {}
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False, **one}


def limits(shape, suffix):
    return {f"{side}{suffix}": shape[side] for side in ("min", "max") if side in shape}


# GitHub: its OpenAPI for Enterprise Cloud, https://github.com/octokit/openapi


def github(folder, names):
    document = json.loads((folder / "package" / "generated" / "ghec.json").read_text())
    components = document["components"]
    operations = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if operation["operationId"] in names:
                operations[operation["operationId"]] = openapi_operation(components, method, path, operation)
    error = {"schema": refer("basic-error")}
    return {
        "source": f"@octokit/openapi {OCTOKIT}, generated/ghec.json",
        "licence": "MIT",
        "operations": operations,
        "schemas": reachable([operations, error], lambda name: plain(components["schemas"][name])),
    }


def openapi_operation(components, method, path, operation):
    parameters = [resolve(components, one) for one in operation.get("parameters", [])]
    described = {
        "method": method.upper(),
        "path": path,
        "parameters": [
            {"name": one["name"], "in": one["in"], "required": one.get("required", False), "schema": plain(one["schema"])}
            for one in parameters
        ],
        "responses": {
            status: openapi_body(resolve(components, one)) for status, one in operation["responses"].items()
        },
    }
    return described | openapi_body(operation.get("requestBody", {}))


def openapi_body(message):
    content = message.get("content", {}).get("application/json")
    return {"body": plain(content["schema"])} if content else {}


def resolve(components, thing):
    if "$ref" not in thing:
        return thing
    *_, kind, name = thing["$ref"].split("/")
    return components[kind][name]


# LaunchDarkly: the Python client that it generates from its OpenAPI, https://github.com/launchdarkly/api-client-python


def launchdarkly(names):
    import launchdarkly_api
    from launchdarkly_api import models

    apis = [one for name, one in vars(launchdarkly_api).items() if name.endswith("Api")]
    operations = {name: python_operation(apis, models, name) for name in names}

    def schema(name):
        return plain(getattr(models, name).model_json_schema(by_alias=True) | {"$defs": None})

    return {
        "source": f"launchdarkly-api {LAUNCHDARKLY} on PyPI, generated from LaunchDarkly's OpenAPI",
        "licence": "Apache-2.0",
        "operations": operations,
        "schemas": reachable(operations, schema),
    }


def python_operation(apis, models, name):
    snake = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    [api] = [one for one in apis if hasattr(one, f"_{snake}_serialize")]
    text = inspect.getsource(getattr(api, f"_{snake}_serialize"))
    [method] = re.findall(r"method='(\w+)'", text)
    [path] = re.findall(r"resource_path='([^']+)'", text)
    answers = re.findall(r"'(\d+)': \"?(\w+)\"?,", inspect.getsource(getattr(api, snake)))
    body = re.findall(r"_body_params = (\w+)", text)
    hints = inspect.signature(getattr(api, snake)).parameters
    parameters = [
        {"name": one, "in": "path", "required": True, "schema": {"type": "string"}}
        for one in re.findall(r"_path_params\['(\w+)'\]", text)
    ] + [
        {"name": one, "in": "query", "required": False, "schema": {"type": ["string", "boolean", "integer"]}}
        for one in re.findall(r"_query_params\.append\(\('(\w+)'", text)
    ]
    responses = {status: {} if shape == "None" else {"body": refer(shape)} for status, shape in answers}
    described = {"method": method, "path": path, "parameters": parameters, "responses": responses}
    return described | ({"body": refer(model_in(models, hints[body[0]].annotation))} if body else {})


def model_in(models, annotation):
    candidates = [annotation, *getattr(annotation, "__args__", ())]
    return next(one.__name__ for one in candidates if hasattr(one, "__name__") and hasattr(models, one.__name__))


# All


PROSE = {"description", "title", "example", "examples", "default", "deprecated", "externalDocs", "$defs"}


def plain(schema):
    """JSON Schema without prose. Nullable values keep null; optional values lose the null that pydantic adds for absence."""
    if isinstance(schema, list):
        return [plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return refer(schema["$ref"].split("/")[-1])
    kept = {}
    for key, value in schema.items():
        if key == "properties":
            kept[key] = {name: plain(one) for name, one in value.items()}
        elif key not in PROSE and key != "nullable" and not key.startswith("x-"):
            kept[key] = value if key in ("required", "enum", "const") else plain(value)
    null = {"type": "null"}
    if schema.get("nullable"):
        return {"anyOf": [kept, null]}
    if "default" in schema and null in kept.get("anyOf", []):
        return kept["anyOf"][0]
    return kept


def refer(name):
    return {"$ref": f"#/schemas/{name}"}


def reachable(start, schema_of):
    """Every schema with a direct or indirect reference from the operations."""
    found = {}
    waiting = references(start)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = schema_of(name)
            waiting |= references(found[name])
    return found


def references(thing):
    return set(re.findall(r'"#/schemas/([^"]+)"', json.dumps(thing)))


if __name__ == "__main__":
    main()
