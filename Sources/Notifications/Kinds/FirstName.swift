/// The first word of a name, or nil when there is none.
func firstName(of name: String) -> String? {
    name.split(whereSeparator: \.isWhitespace).first.map(String.init)
}
