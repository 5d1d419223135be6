// A preload: on SIGUSR2 the process does nothing else for five seconds, as in a loop that does not end.
process.on('SIGUSR2', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5_000))
