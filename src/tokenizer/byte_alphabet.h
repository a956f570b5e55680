// GPT-2's spelling of bytes as printable characters: byte-level files write " a" as "Ġa".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace falconet {

/// Appends the bytes that a byte-level spelling stands for. False, and nothing appended, where a
/// character of it stands for no byte.
bool append_spelled_bytes(std::string_view spelling, std::string& out);

/// The byte-level spelling of any bytes.
std::string byte_spelling(std::string_view bytes);

/// The byte that a spelling like "<0x0A>" stands for (SentencePiece's byte fallback), or nothing.
std::optional<unsigned char> fallback_byte(std::string_view spelling);

}  // namespace falconet
