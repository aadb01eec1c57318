package templates

// Labels are all the words that people see, as plain strings with {n} and
// {name} in the places that are filled in. [LabelsIn] gives those of a language,
// and a host changes single ones of them. Whoever makes or changes a set by hand
// calls [Labels.Ready] afterwards.
type Labels struct {
	Lang   string // BCP 47 tag, such as "de"
	Dir    string // "ltr" or "rtl"
	Digits string // the ten digits from zero on; "" for 0 to 9

	// Sentences are refusals by the English sentence that they stand for, as it
	// is written in the code, with its places in braces. What is missing stays
	// English.
	Sentences map[string]string

	// Everywhere.
	SkipToMain, SkipToComposer, You, Somebody    string
	Unnamed, DeletedUser                         string
	Close, Save, Back, TryAgain, Optional        string
	NeedsScript, Offline, SignedOut, SignInAgain string
	TimeLayout, DayLayout                        string // Go time layouts, for browsers without script
	Account, SignOut, SignOutAll                 string
	ListAnd, ListComma                           string
	ListOthers                                   Plural
	Notifications, Online, OnlinePeople          string

	// The look, the keyboard and what is set for oneself.
	SkipToList, Found, Settings, Shortcuts, GoTo, ListWidth, LoadFailed string
	Appearance, ThemeAuto, ThemeLight, ThemeDark                        string
	Writing, EnterSends, EnterBreaks, NoSingleKeys                      string
	KeyEnter, KeyShift, KeyCtrl, KeyAlt, KeyEsc                         string
	KeyBreaks, KeyEdits, KeyBeside, KeyUnread, KeyLeaves                string

	// The list of rooms.
	Chats, NewChat, NewGroup, Search, SearchButton string
	NoChats, NoChatsHint, NoMatch, ClearSearch     string
	MoreChats, TopOfList, PickChat, PickChatHint   string
	Muted, Pinned, Draft, NoMessages               string
	Unread, Files                                  Plural
	ListFailed                                     string

	// A room.
	AllChats, Details, MessagesIn, LoadOlder         string
	BeginDirect, BeginGroup, BeginHint               string
	Members, NewMessages                             Plural
	NewLine, Latest, Today, Yesterday, MarkRead      string
	Typing, TypingOne, TypingTwo, TypingMany         string
	Edited, MessageDeleted, File                     string
	MessageActions, Copy, Copied, ShowMore, ShowLess string
	Sending, Sent, Read, Failed, Discard             string
	ReadBy                                           Plural
	Said, RemovedHere, OlderFailed                   string

	// Writing.
	MessageTo, Send, Attach, Left, Over, EmptyBody string
	OfflineWait, SlowDown, SendFailed              string

	// What people do with a message.
	MessageTitle, MoreActions, Reply, ReplyingTo, Editing       string
	LeaveStrip, EditMessage, Saving, EditFailed, NothingToEdit  string
	DeleteMessage, DeleteMessageAsk, DeleteMessageHint          string
	DeleteMessageYes, DeleteFailed, Cancel                      string
	React, ReactWith, ReactedWith, MoreEmoji, WhoReacted        string
	ReactFailed, Reacted, Unreacted                             string
	EmojiFaces, EmojiHands, EmojiHearts, EmojiNature, EmojiFood string
	DropFiles, RemoveFile, FileTooBig, FileEmpty                string
	FilesOver, FilesLost, Uploading                             string
	LoadNewer, NewerFailed, JumpFailed                          string

	// Details and actions.
	Info, Description, People, Media, NoMedia, Edit          string
	Owner, Admin, Member, ThatIsYou                          string
	Leave, LeaveAsk, LeaveHint                               string
	DeleteMine, DeleteMineAsk, DeleteMineHint, DeleteMineYes string
	DeleteAll, DeleteAllAsk, DeleteAllHint, DeleteAllYes     string
	Danger                                                   string

	// Changing a group.
	EditGroup, GroupName, GroupPicture, PictureHint, RemovePicture string
	AddPeople, Add, Remove, RemoveWho, RoleOf                      string
	ChangeRole                                                     string

	// New rooms.
	NewChatHint, Email, EmailHint, StartChat            string
	NewGroupHint, MemberEmails, MemberHint, MemberEmail string
	AddAnother, CreateGroup, RemoveRow                  string
	UserFound, UserMissing                              string
	NameHint, DescriptionHint, InviteHint               string

	// Signing in and up.
	SignIn, SignInTo, Identity, Password, NoAccount, MakeAccount   string
	MailCode, NewCode, CodeSent, Code, CodeHint, Confirm, MfaTitle string
	MfaHint, StartOver                                             string
	SignUp, SignUpTo, YourName, PasswordAgain, PasswordHint        string
	HaveAccount                                                    string

	// The room about itself.
	SystemCreated, SystemCreatedPlain, SystemRenamed, SystemRenamedPlain string
	SystemDescribed, SystemPictured, SystemJoined, SystemLeft            string
	SystemAdded, SystemRemoved, SystemOwner, SystemAdmin, SystemMember   string

	// The same where nobody in it did it.
	SystemWasCreated, SystemWasCreatedPlain, SystemWasRenamed string
	SystemWasRenamedPlain, SystemWasDescribed                 string
	SystemWasPictured, SystemWasAdded, SystemWasRemoved       string
	SystemIsOwner, SystemIsAdmin, SystemIsMember              string

	// The widget.
	OpenChat, CloseChat, OpenOutside, ChatFailed string
}
