// Handing out the items of a sample to coders, and taking their judgements: each place of an item
// is one coder's, held for a while by a lease.
#pragma once

#include "store/samples.h"

namespace falconet {

// An answer with its context is read in minutes; who leaves the page open over lunch gives it back.
constexpr std::int64_t kLeaseMilliseconds = std::int64_t{30} * 60 * 1000;

// More than all rubrics and categories of a sample.
constexpr std::size_t kMaxJudgements = 100;
constexpr std::size_t kMaxCodingCommentBytes = 10'000;

struct CodeJudgement {
  std::string code = {};             // a rubric's name or a category's
  std::optional<double> value = {};  // nothing: cannot be judged
};

/// The person behind an account, as coder: an id that outlives the account and does not tell it.
Result<CoderId> coder_of_user(Transaction& transaction, const UserId& user);

/// A model or a rule, made at its first coding. `kind`: "model" or "rule".
/// Errors: InvalidArgument (kind, name).
Result<CoderId> coder_of_program(Transaction& transaction, const std::string& kind,
                                 const std::string& name);

/// Who codes, and whose own answers are not for them.
struct CodingPerson {
  CoderId coder = {};
  std::optional<UserId> not_of = {};
};

struct CodingQueue {
  Sample sample = {};
  std::int64_t num_open = 0;  // that this coder can still take or has begun
  std::int64_t num_done = 0;  // that this coder has submitted
};

/// Of the samples in which the coder has something to do or has done something; newest first.
Result<std::vector<CodingQueue>> queues_of(Transaction& transaction, const CodingPerson& person);
/// Errors: NotFound, so all that follow.
Result<CodingQueue> queue_of(Transaction& transaction, const CodingPerson& person,
                             const SampleId& sample);

/// The item that the coder has begun, or the next of the order that the sample's seed gives this
/// coder, with a free place in it. Nothing: all is done or in others' hands.
Result<std::optional<SampleItemId>> take_next_item(Transaction& transaction,
                                                   const CodingPerson& person,
                                                   const SampleId& sample);

struct SubmittedCoding {
  SampleItemId item = {};
  CoderId coder = {};
  std::vector<CodeJudgement> judgements = {};
  std::string comment = {};
};

/// Of an item that was handed to the coder; a second time replaces the first.
/// Errors: NotFound (not handed out to this coder, or the lease ended and another has it),
/// InvalidArgument (a code twice, a comment too long).
Status submit_coding(Transaction& transaction, const SubmittedCoding& coding);

/// The same of a program, which takes no place and needs no lease.
Status submit_program_coding(Transaction& transaction, const SubmittedCoding& coding);

/// The coder's last submission in the sample is theirs to change again; nothing if there is none.
Result<std::optional<SubmittedCoding>> reopen_last_coding(Transaction& transaction,
                                                          const CoderId& coder,
                                                          const SampleId& sample);

}  // namespace falconet
