// Answers a bundle's requests with recorded answers, in the bundle's process.
const { EventEmitter } = require("node:events");
const http = require("node:http");
const https = require("node:https");
const { Readable } = require("node:stream");

/** Replaces `request` of http and https. Returns a function that restores all recorded answers for the next event. */
module.exports = function stubNetwork(recorded) {
  let left = [...recorded];

  // Deliberately small: the stub's own time counts as time of the bundle.
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
      // A network answers in a later turn of the event loop; without turns, finished work is never freed.
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

// Must match the names in recording-proxy.ts.
function nameOf({ method, path }, headers, body) {
  const target = Object.entries(headers).find(([name]) => name.toLowerCase() === "x-amz-target")?.[1];
  return target ?? /(?:^|&)Action=(\w+)/.exec(body)?.[1] ?? `${method} ${path}`;
}
