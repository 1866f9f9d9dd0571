"""Events, graphs and predictions → pictures and sentences. Knows the browser; computes no answer."""
