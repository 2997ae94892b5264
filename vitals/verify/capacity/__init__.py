"""What one replica bears: throughput fitted against concurrency, read off where the objective is just kept."""
