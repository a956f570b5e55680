// Which compressed form of a file a client wants (RFC 9110, section 12.5.3).
#pragma once

#include <span>
#include <string_view>

namespace falconet {

enum class ContentCoding { Identity, Gzip, Brotli };

/// "gzip", "br"; "identity" is never written.
const char* content_coding_name(ContentCoding coding);

/// The one of `available` that the header weighs most; of equal weights the first. Identity if the
/// client takes none of them, says nothing, or prefers it.
ContentCoding choose_coding(std::string_view accept_encoding,
                            std::span<const ContentCoding> available);

}  // namespace falconet
