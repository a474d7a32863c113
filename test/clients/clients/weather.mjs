const degrees = { Paris: 21, Oslo: 7, Rome: 25 };

/** The one tool of the clients that take functions. `asked` collects what it was called with. */
export function weather() {
  const asked = [];
  return {
    asked,
    run: ({ city }) => {
      asked.push(city);
      return `${city}: ${degrees[city]} degrees`;
    },
  };
}

/** The tool as those clients declare it that take JSON Schema. */
export const declaration = {
  name: 'weather',
  description: 'Tells the weather of a city',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
    required: ['city'],
  },
};

/** Answers until there are no more calls; `ask` answers once and `calls` tells what it called for. */
export async function rounds({ ask, calls, answer }) {
  const answers = [];
  for (let step = 0; step < 5; step++) {
    const said = await ask();
    answers.push(said);
    const called = calls(said);
    if (called.length === 0) return answers;
    await answer(said, called);
  }
  throw new Error('it does not stop to call');
}
