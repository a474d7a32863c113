/** Loaded first into a measured process: answers every message of the benchmark with the CPU used so far, in micros. */
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMicros: user + system });
});
process.on('disconnect', () => process.exit());
