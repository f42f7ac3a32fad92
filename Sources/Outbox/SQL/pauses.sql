SELECT p.kind, p.reason, p.operator, p.at FROM holdfast.pause p ORDER BY p.kind
