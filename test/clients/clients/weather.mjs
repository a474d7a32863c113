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
