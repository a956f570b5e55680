#include "tokenizer/tokenizer_json.h"

#include <limits>
#include <optional>

namespace falconet {

/// The events of nlohmann's parser. Each handler returns whether to go on.
class TokenizerJson::Reader {
 public:
  explicit Reader(TokenizerJson& out) : out_(out) { open_.push_back(&out.head); }

  std::optional<Error> failure;

  bool null() { return value(nullptr); }
  bool boolean(bool flag) { return value(flag); }
  bool number_float(double number, const std::string&) { return value(number); }
  bool binary(SortedJson::binary_t&) { return false; }  // JSON text has none
  bool number_unsigned(std::uint64_t number) {
    constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
    const bool is_too_large = number > static_cast<std::uint64_t>(kMax);
    return is_too_large ? value(static_cast<double>(number))
                        : number_integer(static_cast<std::int64_t>(number));
  }

  bool number_integer(std::int64_t number) {
    if (place_ != Place::Vocabulary) return value(number);
    out_.pieces_.push_back({key_begin_, key_size_, number});
    return true;
  }

  bool string(std::string& text) {
    if (place_ == Place::Merges) return text_of_merge(text);
    if (place_ == Place::MergePair) return part_of_merge(text);
    return value(std::move(text));
  }

  bool key(std::string& name) {
    if (place_ == Place::Vocabulary) {
      key_begin_ = static_cast<std::uint32_t>(out_.arena_.size());
      key_size_ = static_cast<std::uint32_t>(name.size());
      out_.arena_ += name;
    } else {
      key_ = std::move(name);
    }
    return true;
  }

  bool start_object(std::size_t) {
    if (is_at_model_field("vocab")) return enter(Place::Vocabulary);
    return open(SortedJson::object());
  }
  bool end_object() { return place_ == Place::Vocabulary ? enter(Place::Head) : close(); }

  bool start_array(std::size_t) {
    if (is_at_model_field("merges")) return enter(Place::Merges);
    if (place_ == Place::Merges) {
      num_parts_ = 0;
      out_.merges_.push_back({static_cast<std::uint32_t>(out_.arena_.size()), 0, 0});
      return enter(Place::MergePair);
    }
    return open(SortedJson::array());
  }

  bool end_array() {
    if (place_ == Place::Merges) return enter(Place::Head);
    if (place_ != Place::MergePair) return close();
    return num_parts_ == 2 ? enter(Place::Merges) : fail_merge("is not a pair");
  }

  bool parse_error(std::size_t, const std::string&, const SortedJson::exception& what) {
    const std::string_view text = what.what();
    const auto end = text.find("] ");
    failure =
        error(ErrorCode::Corrupt,
              "tokenizer.json: ", end == std::string_view::npos ? text : text.substr(end + 2));
    return false;
  }

 private:
  enum class Place { Head, Vocabulary, Merges, MergePair };

  bool enter(Place place) {
    place_ = place;
    return true;
  }

  bool fail(ErrorCode code, const std::string& message) {
    failure = error(code, "tokenizer.json: ", message);
    return false;
  }
  bool fail_merge(const char* what) {
    return fail(ErrorCode::Corrupt, cat("merge ", out_.merges_.size(), ' ', what));
  }

  /// The document is open_[0], its root open_[1], the model open_[2].
  bool is_at_model_field(const char* name) const {
    return place_ == Place::Head && open_.size() == 3 && open_[1]->is_object() && is_in_model_ &&
           key_ == name;
  }

  /// Puts a value where the parser stands.
  SortedJson* put(SortedJson json) {
    SortedJson& parent = *open_.back();
    if (open_.size() == 1) return &(parent = std::move(json));
    if (parent.is_array()) return parent.push_back(std::move(json)), &parent.back();
    return &(parent[key_] = std::move(json));
  }

  bool value(SortedJson json) {
    if (place_ == Place::Vocabulary) {
      return fail(ErrorCode::Corrupt, cat("the id of \"", last_piece(), "\" is no integer"));
    }
    if (place_ != Place::Head) return fail_merge("is no text");
    put(std::move(json));
    return true;
  }

  bool open(SortedJson json) {
    if (place_ != Place::Head) return value(nullptr);
    if (open_.size() > kMaxJsonDepth) {
      return fail(ErrorCode::TooLarge, cat("nested deeper than ", kMaxJsonDepth, " levels"));
    }
    if (open_.size() == 2) is_in_model_ = key_ == "model";
    open_.push_back(put(std::move(json)));
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  std::string_view last_piece() const {
    return std::string_view(out_.arena_).substr(key_begin_, key_size_);
  }

  /// "left right"
  bool text_of_merge(const std::string& text) {
    const auto space = text.find(' ');
    if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos) {
      return fail_merge("is not two pieces with one space between them");
    }
    out_.merges_.push_back({static_cast<std::uint32_t>(out_.arena_.size()),
                            static_cast<std::uint32_t>(space),
                            static_cast<std::uint32_t>(text.size() - space - 1)});
    out_.arena_.append(text, 0, space);
    out_.arena_.append(text, space + 1);
    return true;
  }

  /// ["left", "right"]
  bool part_of_merge(const std::string& text) {
    MergeEntry& merge = out_.merges_.back();
    (num_parts_ == 0 ? merge.left_size : merge.right_size) =
        static_cast<std::uint32_t>(text.size());
    out_.arena_ += text;
    return ++num_parts_ <= 2 || fail_merge("has more than two parts");
  }

  TokenizerJson& out_;
  std::vector<SortedJson*> open_;  // parents of the place where the parser stands
  std::string key_;
  bool is_in_model_ = false;
  Place place_ = Place::Head;
  std::uint32_t key_begin_ = 0;
  std::uint32_t key_size_ = 0;
  int num_parts_ = 0;
};

Result<TokenizerJson> TokenizerJson::parse(std::string_view text) {
  if (text.size() > std::numeric_limits<std::uint32_t>::max()) {
    return error(ErrorCode::TooLarge, "tokenizer.json: more than 4 GiB");
  }
  TokenizerJson out;
  // Room for all there can be of real files; what is not used is never touched.
  constexpr std::size_t kBytesPerEntry = 32;
  out.arena_.reserve(text.size());
  out.pieces_.reserve(text.size() / kBytesPerEntry);
  out.merges_.reserve(text.size() / kBytesPerEntry);
  Reader reader(out);
  const bool is_read = SortedJson::sax_parse(text.begin(), text.end(), &reader);
  if (reader.failure) return std::move(*reader.failure);
  if (!is_read || !out.head.is_object()) {
    return error(ErrorCode::Corrupt, "tokenizer.json: not an object");
  }
  return out;
}

TokenizerJson::Piece TokenizerJson::piece(std::size_t index) const {
  const PieceEntry& entry = pieces_[index];
  return {std::string_view(arena_).substr(entry.begin, entry.size), entry.id};
}

TokenizerJson::Merge TokenizerJson::merge(std::size_t index) const {
  const MergeEntry& entry = merges_[index];
  const std::string_view both = std::string_view(arena_).substr(entry.begin);
  return {both.substr(0, entry.left_size), both.substr(entry.left_size, entry.right_size)};
}

}  // namespace falconet
