// The records' JSON: one object a line, parsed strictly where a figure depends on it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "feedback/records.h"

namespace falconet {

/// Each adds the line's record to its vector in `out`. Unknown members are ignored.
/// Errors: InvalidArgument (which member, what was expected, what was found), TooLarge.
using RecordParser = Status (*)(std::string_view line, FeedbackRecords& out);

Status parse_study(std::string_view line, FeedbackRecords& out);
Status parse_survey(std::string_view line, FeedbackRecords& out);
Status parse_participant(std::string_view line, FeedbackRecords& out);
Status parse_generation(std::string_view line, FeedbackRecords& out);
Status parse_rating(std::string_view line, FeedbackRecords& out);
Status parse_signal(std::string_view line, FeedbackRecords& out);
Status parse_comparison(std::string_view line, FeedbackRecords& out);
Status parse_survey_answer(std::string_view line, FeedbackRecords& out);
Status parse_rubric(std::string_view line, FeedbackRecords& out);
Status parse_annotation(std::string_view line, FeedbackRecords& out);
Status parse_utterance(std::string_view line, FeedbackRecords& out);

/// One line without its end. What has its default is left out, so that files stay small.
std::string to_json_line(const Study& study);
std::string to_json_line(const StudySurvey& survey);
std::string to_json_line(const StudyParticipant& participant);
std::string to_json_line(const StudyGeneration& generation);
std::string to_json_line(const StudyRating& rating);
std::string to_json_line(const StudySignal& signal);
std::string to_json_line(const StudyComparison& comparison);
std::string to_json_line(const SurveyAnswer& answer);
std::string to_json_line(const Rubric& rubric);
std::string to_json_line(const StudyAnnotation& annotation);
std::string to_json_line(const StudyUtterance& utterance);

}  // namespace falconet
