"""XDF recordings of the Lab Streaming Layer, through pyxdf."""
