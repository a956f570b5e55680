// The words of a word processor's document (.docx): paragraphs as lines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace falconet {

// A transcript of two hours is 150 KiB of text; its XML some ten times as much, pictures aside.
constexpr std::size_t kMaxDocxBytes = std::size_t{8} << 20;
constexpr std::size_t kMaxDocumentXmlBytes = std::size_t{32} << 20;

/// word/document.xml out of the archive: one line a paragraph or line break, tabs kept, what was
/// deleted with changes tracked left out, UTF-8. No other part is read, and nothing that the XML
/// refers to. Errors: InvalidArgument (no such archive, no document in it, encrypted, XML that is
/// none), TooLarge (the archive, its document unpacked, the text).
Result<std::string> docx_text(std::string_view bytes);

}  // namespace falconet
