// Replaces @smithy/core/event-streams, with the same exports.
function leftOut(): never {
  throw new Error(
    "Event streams are left out of this bundle: remove their alias from aliases.ts to use them",
  );
}

export {
  leftOut as EventStreamCodec,
  leftOut as EventStreamMarshaller,
  leftOut as EventStreamSerde,
  leftOut as eventStreamSerdeProvider,
  leftOut as getChunkedStream,
  leftOut as getMessageUnmarshaller,
  leftOut as getUnmarshalledStream,
  leftOut as HeaderMarshaller,
  leftOut as Int64,
  leftOut as iterableToReadableStream,
  leftOut as MessageDecoderStream,
  leftOut as MessageEncoderStream,
  leftOut as readableStreamToIterable,
  leftOut as SmithyMessageDecoderStream,
  leftOut as SmithyMessageEncoderStream,
  leftOut as UniversalEventStreamMarshaller,
  leftOut as universalEventStreamSerdeProvider,
};

/** Called by the constructor of Lambda's client. Only a call that streams events would use the configuration. */
export function resolveEventStreamSerdeConfig<Config>(config: Config): Config {
  return config;
}
