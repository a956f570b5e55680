#include "feedback/docx_text.h"

#include <zip.h>

#include <memory>
#include <pugixml.hpp>

#include "base/strings.h"
#include "feedback/transcript.h"

namespace falconet {
namespace {

constexpr const char* kDocumentPart = "word/document.xml";
// Tables in tables in tables: nobody writes deeper, and a file that does is no transcript.
constexpr int kMaxXmlDepth = 200;

struct ZipCloser {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using ZipArchive = std::unique_ptr<zip_t, ZipCloser>;
using ZipPart = std::unique_ptr<zip_file_t, ZipCloser>;

Error not_a_document(std::string_view why) {
  return error(ErrorCode::InvalidArgument, "the file is not a .docx document that can be read (",
               why, "); save it again with the word processor, or as text");
}

/// The bytes must outlive the archive.
Result<ZipArchive> open_archive(std::string_view bytes) {
  zip_error_t problem;
  zip_error_init(&problem);
  zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &problem);
  zip_t* archive = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &problem);
  if (archive == nullptr && source != nullptr) zip_source_free(source);
  const std::string why = archive == nullptr ? zip_error_strerror(&problem) : "";
  zip_error_fini(&problem);
  if (archive == nullptr) return not_a_document(why);
  return ZipArchive(archive);
}

/// What an archive says of its sizes may be a lie: what is unpacked is counted.
Result<std::string> read_document_part(zip_t* archive) {
  const ZipPart part(zip_fopen(archive, kDocumentPart, 0));
  if (part == nullptr) return not_a_document(cat(kDocumentPart, ": ", zip_strerror(archive)));
  std::string xml;
  char chunk[64 << 10];
  while (true) {
    const zip_int64_t count = zip_fread(part.get(), chunk, sizeof chunk);
    if (count < 0) return not_a_document(cat(kDocumentPart, ": ", zip_file_strerror(part.get())));
    if (count == 0) return xml;
    if (xml.size() + static_cast<std::size_t>(count) > kMaxDocumentXmlBytes) {
      return error(ErrorCode::TooLarge, kDocumentPart, " has more than ", kMaxDocumentXmlBytes,
                   " bytes unpacked; a transcript has not");
    }
    xml.append(chunk, static_cast<std::size_t>(count));
  }
}

/// Prefixes are the writer's choice; "w:" is what all of them choose.
std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

/// Walks without recursion of ours, so that depth costs no stack.
class TextWalker final : public pugi::xml_tree_walker {
 public:
  bool for_each(pugi::xml_node& node) override {
    if (depth() > kMaxXmlDepth) {
      is_too_deep = true;
      return false;
    }
    const std::string_view name = local_name(node);
    if (name == "t") text += node.text().get();
    if (name == "tab") text += '\t';
    if (name == "br" || name == "cr") text += '\n';
    if (name == "p" && !text.empty()) text += '\n';
    is_too_long = text.size() > kMaxTranscriptBytes;
    return !is_too_long;
  }

  std::string text;
  bool is_too_deep = false;
  bool is_too_long = false;
};

}  // namespace

Result<std::string> docx_text(std::string_view bytes) {
  if (bytes.size() > kMaxDocxBytes) {
    return error(ErrorCode::TooLarge, "a .docx document may have at most ", kMaxDocxBytes,
                 " bytes, found ", bytes.size());
  }
  TRY_ASSIGN(const ZipArchive archive, open_archive(bytes));
  TRY_ASSIGN(const std::string xml, read_document_part(archive.get()));
  pugi::xml_document document;
  // White space alone is text in <w:t xml:space="preserve">. A document type is not parsed, and
  // entities that it declares are not known: nothing is fetched and nothing grows.
  const auto options = pugi::parse_default | pugi::parse_ws_pcdata_single;
  const auto parsed = document.load_buffer(xml.data(), xml.size(), options, pugi::encoding_auto);
  if (!parsed) {
    return not_a_document(
        cat(kDocumentPart, " at byte ", parsed.offset, ": ", parsed.description()));
  }
  TextWalker walker;
  document.traverse(walker);
  if (walker.is_too_deep) return not_a_document("its parts are nested too deeply");
  if (walker.is_too_long) {
    return error(ErrorCode::TooLarge, "the document has more than ", kMaxTranscriptBytes,
                 " bytes of text");
  }
  return std::move(walker.text);
}

}  // namespace falconet
