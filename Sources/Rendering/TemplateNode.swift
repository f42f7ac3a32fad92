/// A name as a tag writes it, and where.
struct TagName: Sendable {
    let text: String
    let location: TemplateLocation
}

/// The part of mustache that Holdfast's templates use, with the place of every tag.
///
/// A library's parser forgets where its tokens stood; this tree exists so that checks can name file, line and column.
indirect enum TemplateNode: Sendable {
    case text(String, TemplateLocation)
    case comment
    /// `{{name}}`
    case variable(TagName)
    /// `{{#name}}` or, inverted, `{{^name}}`
    case section(TagName, inverted: Bool, [TemplateNode])
    /// `{{$name}}`: a block's content in a template, a block's place and default in a partial.
    case block(TagName, [TemplateNode])
    /// `{{<name}}`: a partial whose blocks are given.
    case parent(TagName, [TemplateNode])
    /// `{{>name}}`
    case include(TagName)
    /// `{{% CONTENT_TYPE:name}}`
    case contentType(TagName)

    /// Whether it is a comment or nothing but white space.
    var isBlank: Bool {
        switch self {
        case .comment: true
        case .text(let text, _): text.allSatisfy(\.isWhitespace)
        case .variable, .section, .block, .parent, .include, .contentType: false
        }
    }
}
