"""Shows the monitor without a detector: simulated patients, pictures, frames per second."""
