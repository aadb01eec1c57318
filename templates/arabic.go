package templates

// Arabic is the set of words in Arabic. Numbers stand in forms that need no
// agreement where a phrase has one form alone.
func Arabic() *Labels {
	l := &Labels{Lang: "ar", Dir: "rtl", Sentences: arabicSentences()}
	arabicEverywhere(l)
	arabicList(l)
	arabicRoom(l)
	arabicWriting(l)
	arabicTalk(l)
	arabicLook(l)
	arabicWidget(l)
	arabicDetails(l)
	arabicForms(l)
	arabicSigning(l)
	arabicSystem(l)
	return l.Ready()
}

func arabicEverywhere(l *Labels) {
	l.SkipToMain = "الانتقال إلى المحادثة"
	l.SkipToComposer = "الانتقال إلى كتابة رسالة"
	l.You = "أنت"
	l.Somebody = "شخص ما"
	l.Unnamed = "بلا اسم بعد"
	l.DeletedUser = "حساب محذوف"
	l.Close = "إغلاق"
	l.Save = "حفظ"
	l.Back = "رجوع"
	l.TryAgain = "إعادة المحاولة"
	l.Optional = "اختياري"
	l.NeedsScript = "تظهر الرسائل الجديدة عند إعادة تحميل هذه الصفحة."
	l.Offline = "أنت غير متصل. ما تكتبه ينتظر."
	l.SignedOut = "تم تسجيل خروجك."
	l.SignInAgain = "تسجيل الدخول من جديد"
	l.TimeLayout = "2/1/2006، 15:04"
	l.DayLayout = "2/1"
	l.Account = "حسابك"
	l.SignOut = "تسجيل الخروج"
	l.SignOutAll = "تسجيل الخروج من كل الأجهزة"
	l.ListAnd = "{name} و{other}"
	l.ListComma = "، "
	l.ListOthers = Plural{
		Zero: "لا أحد غيرهم", One: "شخص آخر", Two: "شخصان آخران",
		Few: "{n} أشخاص آخرون", Many: "{n} شخصًا آخر", Other: "{n} شخص آخر",
	}
	l.Notifications = "تنبيهات"
	l.Online = "متصل"
	l.OnlinePeople = "المتصلون: {n}"
}

func arabicList(l *Labels) {
	l.Chats = "المحادثات"
	l.NewChat = "محادثة جديدة"
	l.NewGroup = "مجموعة جديدة"
	l.Search = "البحث في المحادثات"
	l.SearchButton = "بحث"
	l.NoChats = "لا توجد محادثات بعد"
	l.NoChatsHint = "ابدأ واحدة بعنوان البريد الإلكتروني لشخص ما."
	l.NoMatch = "لا توجد محادثة باسم «{name}»."
	l.ClearSearch = "عرض كل المحادثات"
	l.MoreChats = "عرض المزيد من المحادثات"
	l.TopOfList = "العودة إلى الأحدث"
	l.PickChat = "اختر محادثة"
	l.PickChatHint = "أو ابدأ محادثة جديدة."
	l.Muted = "مكتومة"
	l.Pinned = "مثبتة"
	l.Draft = "مسودة"
	l.NoMessages = "لا توجد رسائل بعد"
	l.Unread = Plural{
		Zero: "لا رسائل غير مقروءة", One: "رسالة واحدة غير مقروءة", Two: "رسالتان غير مقروءتين",
		Few: "{n} رسائل غير مقروءة", Many: "{n} رسالة غير مقروءة", Other: "{n} رسالة غير مقروءة",
	}
	l.Files = Plural{
		Zero: "لا ملفات", One: "ملف واحد", Two: "ملفان",
		Few: "{n} ملفات", Many: "{n} ملفًا", Other: "{n} ملف",
	}
	l.ListFailed = "تعذر تحميل محادثاتك. تحقق من اتصالك وحاول مرة أخرى."
}

func arabicRoom(l *Labels) {
	l.AllChats = "كل المحادثات"
	l.Details = "التفاصيل"
	l.MessagesIn = "الرسائل في {name}"
	l.LoadOlder = "عرض الرسائل الأقدم"
	l.BeginDirect = "هنا تبدأ محادثتك مع {name}."
	l.BeginGroup = "هنا تبدأ «{name}»."
	l.BeginHint = "ألقِ التحية."
	l.Members = Plural{
		Zero: "لا أعضاء", One: "عضو واحد", Two: "عضوان",
		Few: "{n} أعضاء", Many: "{n} عضوًا", Other: "{n} عضو",
	}
	l.NewMessages = Plural{
		Zero: "لا رسائل جديدة", One: "رسالة جديدة", Two: "رسالتان جديدتان",
		Few: "{n} رسائل جديدة", Many: "{n} رسالة جديدة", Other: "{n} رسالة جديدة",
	}
	l.NewLine = "رسائل جديدة"
	l.Latest = "الانتقال إلى الأحدث"
	l.Today = "اليوم"
	l.Yesterday = "أمس"
	l.MarkRead = "تحديد كمقروءة"
	l.Typing = "يكتب…"
	l.TypingOne = "{name} يكتب…"
	l.TypingTwo = "{name} و{other} يكتبان…"
	l.TypingMany = "عدد من يكتبون: {n}…"
	l.Edited = "معدلة"
	l.MessageDeleted = "رسالة محذوفة"
	l.File = "ملف"
	l.MessageActions = "إجراءات الرسالة"
	l.Copy = "نسخ النص"
	l.Copied = "تم النسخ"
	l.ShowMore = "عرض المزيد"
	l.ShowLess = "عرض أقل"
	l.Said = "{name}: {text}"
	l.RemovedHere = "لم تعد في هذه المحادثة."
	l.OlderFailed = "تعذر تحميل الرسائل الأقدم. تحقق من اتصالك وحاول مرة أخرى."
}

func arabicWriting(l *Labels) {
	l.Sending = "جارٍ الإرسال…"
	l.Sent = "أُرسلت"
	l.Read = "قُرئت"
	l.ReadBy = Plural{
		Zero: "لم يقرأها أحد", One: "قرأها شخص واحد", Two: "قرأها شخصان",
		Few: "قرأها {n} أشخاص", Many: "قرأها {n} شخصًا", Other: "قرأها {n} شخص",
	}
	l.Failed = "لم تُرسل"
	l.Discard = "تجاهل"
	l.MessageTo = "رسالة إلى {name}"
	l.Send = "إرسال"
	l.Attach = "إرفاق ملفات: حتى {n}، حجم كل منها {size}"
	l.Left = "الأحرف المتبقية: {n}"
	l.Over = "الأحرف الزائدة: {n}"
	l.EmptyBody = "اكتب شيئًا أولًا."
	l.OfflineWait = "أنت غير متصل. تُرسل هذه عند عودتك."
	l.SlowDown = "كان ذلك كثيرًا دفعة واحدة. تُرسل تلقائيًا بعد {n} ث."
	l.SendFailed = "لم تُرسل الرسالة. تحقق من اتصالك وحاول مرة أخرى."
}

func arabicDetails(l *Labels) {
	l.Info = "التفاصيل"
	l.Description = "الوصف"
	l.People = "الأشخاص"
	l.Media = "الملفات المشتركة"
	l.NoMedia = "لم يُشارك شيء بعد."
	l.Edit = "تعديل المجموعة"
	l.Owner = "مالك"
	l.Admin = "مشرف"
	l.Member = "عضو"
	l.ThatIsYou = "أنت"
	l.Leave = "مغادرة المجموعة"
	l.LeaveAsk = "مغادرة «{name}»؟"
	l.LeaveHint = "لن تصلك رسائلها بعد ذلك. ويمكن لأحد أعضائها إضافتك من جديد."
	l.DeleteMine = "حذف لدي فقط"
	l.DeleteMineAsk = "حذف «{name}» لديك؟"
	l.DeleteMineHint = "تختفي من قائمتك وتُخفى عنك رسائلها حتى الآن. ولا يتغير شيء لدى الآخرين."
	l.DeleteMineYes = "حذف لدي فقط"
	l.DeleteAll = "حذف للجميع"
	l.DeleteAllAsk = "حذف «{name}» للجميع؟"
	l.DeleteAllHint = "تزول المجموعة وكل رسائلها لدى جميع الأعضاء. ولا يمكن التراجع عن ذلك."
	l.DeleteAllYes = "حذف للجميع"
	l.Danger = "المغادرة والحذف"
	l.EditGroup = "تعديل المجموعة"
	l.GroupName = "اسم المجموعة"
	l.GroupPicture = "الصورة"
	l.PictureHint = "الصورة المربعة هي الأنسب."
	l.RemovePicture = "إزالة الصورة"
	l.AddPeople = "إضافة أشخاص"
	l.Add = "إضافة"
	l.Remove = "إزالة"
	l.RemoveWho = "إزالة {name}"
	l.RoleOf = "دور {name}"
	l.ChangeRole = "تغيير الدور"
}

func arabicForms(l *Labels) {
	l.NewChatHint = "اكتب إلى شخص واحد. تحتاج إلى عنوان بريده الإلكتروني."
	l.Email = "عنوان البريد الإلكتروني"
	l.EmailHint = "name@example.com"
	l.StartChat = "بدء المحادثة"
	l.NewGroupHint = "امنحها اسمًا وأضف أشخاصًا. ويمكنك إضافة غيرهم لاحقًا."
	l.MemberEmails = "الأشخاص"
	l.MemberHint = "عنوان بريد إلكتروني واحد في كل حقل. اترك ما لا تحتاج إليه فارغًا."
	l.MemberEmail = "عنوان البريد الإلكتروني للشخص {n}"
	l.AddAnother = "إضافة شخص آخر"
	l.CreateGroup = "إنشاء المجموعة"
	l.RemoveRow = "إزالة هذا الشخص"
	l.UserFound = "هذا {name}."
	l.UserMissing = "لا أحد هنا لديه هذا العنوان."
	l.NameHint = "مثلًا: رفاق العطلة"
	l.DescriptionHint = "الغرض من المجموعة"
	l.InviteHint = "تحقق من الكتابة، أو اطلب منه التسجيل أولًا."
}

func arabicSigning(l *Labels) {
	l.SignIn = "تسجيل الدخول"
	l.SignInTo = "تسجيل الدخول إلى {name}"
	l.Identity = "البريد الإلكتروني أو اسم المستخدم"
	l.Password = "كلمة المرور"
	l.NoAccount = "جديد هنا؟"
	l.MakeAccount = "إنشاء حساب"
	l.MailCode = "أرسل إليّ رمزًا بالبريد بدلًا من ذلك"
	l.CodeSent = "إن كان لدى {name} حساب فالرمز في الطريق."
	l.NewCode = "إرسال رمز جديد"
	l.Code = "الرمز"
	l.CodeHint = "من الرسالة التي أرسلناها إليك"
	l.Confirm = "تأكيد"
	l.MfaTitle = "خطوة أخرى"
	l.MfaHint = "يطلب حسابك إثباتًا ثانيًا على هويتك."
	l.StartOver = "البدء من جديد"
	l.SignUp = "التسجيل"
	l.SignUpTo = "الانضمام إلى {name}"
	l.YourName = "اسمك"
	l.PasswordAgain = "كلمة المرور مرة أخرى"
	l.PasswordHint = "8 أحرف على الأقل."
	l.HaveAccount = "لديك حساب بالفعل؟"
}

func arabicSystem(l *Labels) {
	l.SystemCreated = "أنشأ {name} المجموعة «{room}»"
	l.SystemCreatedPlain = "أنشأ {name} المجموعة"
	l.SystemRenamed = "غيّر {name} اسم المجموعة إلى «{room}»"
	l.SystemRenamedPlain = "غيّر {name} اسم المجموعة"
	l.SystemDescribed = "غيّر {name} الوصف"
	l.SystemPictured = "غيّر {name} الصورة"
	l.SystemJoined = "انضم {name}"
	l.SystemLeft = "غادر {name}"
	l.SystemAdded = "أضاف {name} إلى المجموعة: {others}"
	l.SystemRemoved = "أزال {name} من المجموعة: {others}"
	l.SystemOwner = "جعل {name} من {others} مالكًا"
	l.SystemAdmin = "جعل {name} من {others} مشرفًا"
	l.SystemMember = "جعل {name} من {others} عضوًا"
	l.SystemWasCreated = "أُنشئت المجموعة «{room}»"
	l.SystemWasCreatedPlain = "أُنشئت المجموعة"
	l.SystemWasRenamed = "تغيّر اسم المجموعة إلى «{room}»"
	l.SystemWasRenamedPlain = "تغيّر اسم المجموعة"
	l.SystemWasDescribed = "تغيّر الوصف"
	l.SystemWasPictured = "تغيّرت الصورة"
	l.SystemWasAdded = "أُضيف: {others}"
	l.SystemWasRemoved = "أُزيل: {others}"
	l.SystemIsOwner = "مالك الآن: {others}"
	l.SystemIsAdmin = "مشرف الآن: {others}"
	l.SystemIsMember = "عضو الآن: {others}"
}
