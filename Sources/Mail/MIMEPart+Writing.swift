extension MIMEPart {
    /// Appends the part's header fields, an empty line and its body; no line ending follows the body.
    func write(to output: inout [UInt8]) {
        switch kind {
        case .leaf(let leaf): leaf.write(to: &output)
        case .multipart(let subtype, let boundary, let children):
            let parameters = [MIMEParameter.boundary(boundary)]
            output.append(
                contentsOf: MIMEParameter.fieldBytes("Content-Type", "multipart/\(subtype)", parameters))
            output.append(contentsOf: ASCII.lineEnding)
            for child in children {
                Self.writeDelimiter(boundary, to: &output)
                output.append(contentsOf: ASCII.lineEnding)
                child.write(to: &output)
                output.append(contentsOf: ASCII.lineEnding)
            }
            Self.writeDelimiter(boundary, to: &output)
            output.append(contentsOf: "--".utf8)
        }
    }

    /// Roughly how many octets ``write(to:)`` appends; enough to reserve memory once.
    var estimatedLength: Int {
        switch kind {
        case .leaf(let leaf): leaf.content.count * 3 / 2 + 256
        case .multipart(_, _, let children): children.reduce(256) { $0 + $1.estimatedLength + 64 }
        }
    }

    private static func writeDelimiter(_ boundary: String, to output: inout [UInt8]) {
        output.append(contentsOf: "--".utf8)
        output.append(contentsOf: boundary.utf8)
    }
}

extension MIMEPart.Leaf {
    fileprivate func write(to output: inout [UInt8]) {
        output.append(contentsOf: contentType.fieldBytes)
        output.append(contentsOf: "Content-Transfer-Encoding: \(encoding.rawValue)\r\n".utf8)
        if let disposition {
            let parameters = [disposition.fileName].compactMap(\.self)
            output.append(
                contentsOf: MIMEParameter.fieldBytes("Content-Disposition", disposition.kind, parameters))
        }
        output.append(contentsOf: ASCII.lineEnding)
        switch encoding {
        case .sevenBit: output.append(contentsOf: content)
        case .quotedPrintable: output.append(contentsOf: QuotedPrintable.encode(content))
        case .base64: Base64.appendLines(of: content, to: &output)
        }
    }
}
