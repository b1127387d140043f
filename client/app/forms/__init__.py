"""What the page of each step asks, and how the answers become the step's body: data, and pure."""
