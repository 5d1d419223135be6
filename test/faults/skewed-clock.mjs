// Loaded before Puente, so that a process lives on a machine whose clock of the day is wrong.
const ahead = Number(process.env.FAULTS_CLOCK_AHEAD_MS)
const { now } = Date
Date.now = () => now() + ahead
