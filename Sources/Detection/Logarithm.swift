import Glibc

// The only functions of the C library in here: mathematics.

func naturalLogarithm(_ value: Double) -> Double { log(value) }

func exponential(_ value: Double) -> Double { exp(value) }

/// What is left of a record after some days: half of it after 90.
func fading(days: Int) -> Float { Float(exp2(-Double(days) / 90)) }
