#include "grammar/parser.h"

#include <algorithm>

namespace falconet {
namespace {

std::uint32_t plus(std::uint32_t a, std::uint32_t b) {
  return a > kUnlimited - b ? kUnlimited : a + b;
}

bool is_padding(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

/// The key or item itself: without white space before, and white space and a colon after.
std::string_view unpadded(std::string_view text) {
  while (!text.empty() && is_padding(text.front())) text.remove_prefix(1);
  while (!text.empty() && (is_padding(text.back()) || text.back() == ':')) text.remove_suffix(1);
  return text;
}

std::string_view unpadded_start(std::string_view text) {
  while (!text.empty() && is_padding(text.front())) text.remove_prefix(1);
  return text;
}

}  // namespace

std::int32_t Parser::tag_of(const Alternative& alternative, Entry& entry) {
  const Target& target = alternative.target;
  for (std::size_t i = 0; i < entry.by_tag.size(); ++i) {
    const Target& other = entry.by_tag[i];
    if (other.kind == target.kind && other.counts == target.counts && other.state == target.state &&
        other.return_to == target.return_to && entry.unique_tags[i] == alternative.is_unique) {
      return static_cast<std::int32_t>(i);
    }
  }
  entry.by_tag.push_back(target);
  entry.unique_tags.push_back(alternative.is_unique);
  return static_cast<std::int32_t>(entry.by_tag.size()) - 1;
}

void Parser::gather(StateId state, Entry& entry, std::vector<RegexId>& regexes,
                    std::vector<StateId>& gathered) {
  if (std::find(gathered.begin(), gathered.end(), state) != gathered.end()) return;
  gathered.push_back(state);
  for (const Alternative& alternative : program_.at(state).alternatives) {
    const RegexId tag = pool_.tag(tag_of(alternative, entry));
    regexes.push_back(
        pool_.concat(pool_.bytes(alternative.text), pool_.concat(alternative.regex, tag)));
    entry.has_unique |= alternative.is_unique;
    entry.unique_slack = std::max(entry.unique_slack, alternative.unique_slack);
  }
  for (const Target& target : program_.at(state).silent) {
    const bool is_merged = target.kind == Target::Kind::Go && !program_.at(target.state).is_counter;
    is_merged ? gather(target.state, entry, regexes, gathered) : entry.silent.push_back(target);
  }
}

const Parser::Entry& Parser::entry(StateId state) {
  const auto found = entries_.find(state.value);
  if (found != entries_.end()) return found->second;
  Entry made;
  made.by_tag.push_back(Target{});  // tag 0 is the return, so that ends of values are shared
  made.unique_tags.push_back(false);
  std::vector<RegexId> regexes;
  std::vector<StateId> gathered;
  gather(state, made, regexes, gathered);
  made.lexeme = pool_.either(std::move(regexes));
  return entries_.emplace(state.value, std::move(made)).first->second;
}

std::uint32_t Parser::num_items(StateId state, std::int32_t memory,
                                const ParseMemory& parse) const {
  const State& about = program_.at(state);
  if (!about.is_counter) return 0;
  const std::int32_t count = about.counter.counts_unique ? parse.stacks.seen(memory).count : memory;
  return static_cast<std::uint32_t>(count);
}

StateId Parser::resolve(StateId state, std::int32_t memory, const ParseMemory& parse) const {
  const State& about = program_.at(state);
  if (!about.is_counter) return state;
  const std::uint32_t count = num_items(state, memory, parse);
  if (count >= about.counter.max) return about.counter.full;
  return count < about.counter.min ? about.counter.below : state;
}

void Parser::add(const Thread& thread, Threads& to) {
  if (to.list.size() >= kMaxThreads) return;
  if (std::find(to.list.begin(), to.list.end(), thread) == to.list.end()) {
    to.list.push_back(thread);
  }
}

void Parser::enter(StateId state, std::int32_t frame, std::int32_t memory, ParseMemory& parse,
                   Threads& to) {
  state = resolve(state, memory, parse);
  const Visit visit{state, frame, memory};
  if (std::find(visited_.begin(), visited_.end(), visit) != visited_.end()) return;
  if (visited_.size() >= kMaxThreads) return;
  visited_.push_back(visit);
  const Entry& here = entry(state);
  Thread thread{here.lexeme, state, frame, memory, 0};
  if (here.has_unique) thread.begin = static_cast<std::uint32_t>(parse.text.size());
  if (here.lexeme != kNothing && automaton_.can_read(here.lexeme)) add(thread, to);
  for (const std::int32_t tag : pool_.tags(here.lexeme)) {
    follow(here.by_tag[static_cast<std::size_t>(tag)], visit, parse, to);
  }
  for (const Target& target : here.silent) follow(target, visit, parse, to);
}

void Parser::follow(const Target& target, const Visit& from, ParseMemory& parse, Threads& to) {
  switch (target.kind) {
    case Target::Kind::Return: {
      if (from.frame == kNoFrame) {
        to.can_end = true;
        return;
      }
      const Frame frame = parse.stacks.frame(from.frame);
      return enter(frame.return_to, frame.parent, frame.memory, parse, to);
    }
    case Target::Kind::Go: return enter(target.state, from.frame, from.memory, parse, to);
    case Target::Kind::Call: {
      Frame frame{target.return_to, from.frame, from.memory, 0};
      if (target.counts) {
        const auto most = program_.at(target.return_to).counter.saturation;
        frame.memory = std::min(frame.memory + 1, static_cast<std::int32_t>(most));
      }
      frame.shortest_after = shortest_above(frame, parse);
      return enter(target.state, parse.stacks.push(frame), 0, parse, to);
    }
  }
}

std::uint32_t Parser::shortest_above(const Frame& frame, const ParseMemory& parse) const {
  const std::uint32_t here =
      program_.shortest(frame.return_to, num_items(frame.return_to, frame.memory, parse));
  return frame.parent == kNoFrame ? here
                                  : plus(here, parse.stacks.frame(frame.parent).shortest_after);
}

void Parser::start(ParseMemory& memory, Threads& threads) {
  threads.clear();
  visited_.clear();
  enter(program_.start, kNoFrame, 0, memory, threads);
}

void Parser::step(const Threads& from, std::uint8_t byte, ParseMemory& memory, Threads& to) {
  to.clear();
  visited_.clear();
  for (const Thread& thread : from.list) {
    const RegexId rest = automaton_.next(thread.rest, byte);
    if (rest == kNothing) continue;
    Thread next = thread;
    next.rest = rest;
    const bool is_unique = reads_unique(thread);
    if (automaton_.can_read(rest) && (!is_unique || can_stay_unique(next, memory))) add(next, to);
    const auto tags = pool_.tags(rest);
    for (const std::int32_t tag : tags) complete(next, tag, Text::Read, memory, to);
  }
}

void Parser::leave(const Thread& thread, std::int32_t tag, ParseMemory& memory, Threads& to) {
  to.clear();
  visited_.clear();
  complete(thread, tag, Text::Unknown, memory, to);
}

void Parser::complete(const Thread& thread, std::int32_t tag, Text text, ParseMemory& memory,
                      Threads& to) {
  const Entry& about = entry(thread.state);
  const auto index = static_cast<std::size_t>(tag);
  Visit from{thread.state, thread.frame, thread.memory};
  if (about.unique_tags[index]) {
    SeenText added{from.memory, memory.stacks.seen(from.memory).count + 1, kUnknownText, 0};
    if (text == Text::Read) {
      const std::string_view read = unpadded(std::string_view(memory.text).substr(thread.begin));
      for (std::int32_t i = from.memory; i != 0; i = memory.stacks.seen(i).previous) {
        const SeenText& seen = memory.stacks.seen(i);
        memory.is_in_doubt |= seen.begin == kUnknownText;
        if (seen.begin == kUnknownText) continue;
        if (std::string_view(memory.text).substr(seen.begin, seen.num_bytes) == read) return;
      }
      added.begin = static_cast<std::size_t>(read.data() - memory.text.data());
      added.num_bytes = read.size();
    }
    from.memory = memory.stacks.add_seen(added);
  }
  follow(about.by_tag[index], from, memory, to);
}

std::vector<std::string> Parser::seen_rests(const Thread& thread, const ParseMemory& memory) {
  std::vector<std::string> rests;
  const std::string_view read = unpadded_start(std::string_view(memory.text).substr(thread.begin));
  for (std::int32_t i = thread.memory; i != 0; i = memory.stacks.seen(i).previous) {
    const SeenText& seen = memory.stacks.seen(i);
    if (seen.begin == kUnknownText) continue;
    const auto text = std::string_view(memory.text).substr(seen.begin, seen.num_bytes);
    if (text.starts_with(read)) rests.emplace_back(text.substr(read.size()));
  }
  return rests;
}

/// Whether a text that has not been seen can still be read.
bool Parser::can_stay_unique(const Thread& thread, ParseMemory& parse) {
  if (thread.memory == 0) return true;
  for (std::int32_t i = thread.memory; i != 0; i = parse.stacks.seen(i).previous) {
    parse.is_in_doubt |= parse.stacks.seen(i).begin == kUnknownText;
  }
  const std::vector<std::string> rests = seen_rests(thread, parse);
  if (rests.empty()) return true;
  return has_unseen_text(thread.rest, {rests.begin(), rests.end()});
}

bool Parser::has_unseen_text(RegexId rest, const std::vector<std::string_view>& seen) {
  const bool is_seen =
      std::any_of(seen.begin(), seen.end(), [](auto text) { return text.empty(); });
  if (!is_seen && !pool_.tags(rest).empty()) return true;
  for (int byte = 0; byte < 256; ++byte) {
    const RegexId next = automaton_.next(rest, static_cast<std::uint8_t>(byte));
    if (next == kNothing) continue;
    const char c = static_cast<char>(byte);
    // Padding does not make a text another one.
    if (is_seen && (is_padding(c) || c == ':')) continue;
    std::vector<std::string_view> longer;
    for (const std::string_view text : seen) {
      if (!text.empty() && text.front() == c) longer.push_back(text.substr(1));
    }
    if (longer.empty() || has_unseen_text(next, longer)) return true;
  }
  return false;
}

std::uint32_t Parser::shortest(const Threads& threads, const ParseMemory& memory) {
  std::uint32_t best = threads.can_end ? 0 : kUnlimited;
  for (const Thread& thread : threads.list) {
    const std::uint32_t above =
        thread.frame == kNoFrame ? 0 : memory.stacks.frame(thread.frame).shortest_after;
    for (const auto& [tag, bytes] : pool_.shortest_to_tags(thread.rest)) {
      const Entry& about = entry(thread.state);
      const Target& target = about.by_tag[static_cast<std::size_t>(tag)];
      const bool is_unique = about.unique_tags[static_cast<std::size_t>(tag)];
      const std::uint32_t slack = is_unique ? about.unique_slack : 0;
      std::uint32_t items = 0;
      if (target.kind != Target::Kind::Return) {
        const StateId next = target.kind == Target::Kind::Go ? target.state : target.return_to;
        items = num_items(next, thread.memory, memory);
      }
      const std::uint32_t after = program_.shortest_after(target, items);
      best = std::min(best, plus(plus(plus(bytes, slack), after), above));
    }
  }
  return best;
}

}  // namespace falconet
