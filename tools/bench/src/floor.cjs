// The floor: a function that only answers, to measure the cost of any function.
exports.handler = async () => ({ body: { message: "Nothing was done." }, errors: [] });
