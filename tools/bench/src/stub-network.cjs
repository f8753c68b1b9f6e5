// Answers what a bundle asks of the network with answers that were recorded before, in the same process.
const { EventEmitter } = require("node:events");
const http = require("node:http");
const https = require("node:https");
const { Readable } = require("node:stream");

/** Puts itself in the place of `request`. Returns a function that begins the recording anew. */
module.exports = function stubNetwork(recorded) {
  let left = [...recorded];

  // No stream of its own, as Node's is none either: what the stub costs counts as time of the bundle.
  class Request extends EventEmitter {
    chunks = [];
    constructor(options, headers, respond) {
      super();
      Object.assign(this, { options, sent: headers, respond });
    }
    write(chunk) {
      this.chunks.push(Buffer.from(chunk));
      return true;
    }
    end(chunk) {
      if (chunk) this.write(chunk);
      const { name, status, headers, body } = take(
        nameOf(this.options, this.sent, Buffer.concat(this.chunks)),
      );
      const answer = new Readable({ read() {} });
      answer.push(Buffer.from(body, "base64"));
      answer.push(null);
      // As from a network, in another turn of the event loop: without turns, nothing that is over is ever let go.
      setImmediate(() => {
        this.respond(Object.assign(answer, { name, statusCode: status, headers }));
        this.emit("close");
      });
    }
    destroy() {}
    setTimeout() {
      return this;
    }
    setNoDelay() {}
    setSocketKeepAlive() {}
  }

  function take(name) {
    const index = left.findIndex((one) => one.name === name);
    if (index < 0) throw new Error(`Nothing was recorded for ${name}`);
    return left.splice(index, 1)[0];
  }

  const request = (first, second, third) => {
    const [options, respond] = third
      ? [{ ...second, path: new URL(first).pathname + new URL(first).search }, third]
      : [first, second];
    return new Request(options, options.headers, respond);
  };
  http.request = request;
  https.request = request;
  return () => {
    left = [...recorded];
  };
};

// Must be the same as in recording-proxy.ts.
function nameOf({ method, path }, headers, body) {
  const target = Object.entries(headers).find(([name]) => name.toLowerCase() === "x-amz-target")?.[1];
  return target ?? /(?:^|&)Action=(\w+)/.exec(body)?.[1] ?? `${method} ${path}`;
}
